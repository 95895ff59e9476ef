// The REST API as a test's quick way to a ticket: what the pages are then about need not be clicked together.
import { type APIRequestContext, type APIResponse, expect } from "@playwright/test";

export type Role = "requester" | "staff";

export interface Ticket {
  id: number;
  description: string;
  place: string | null;
  category: "facility-management" | "technical-it" | "services-complaints";
  category_source: "auto" | "staff";
  category_because: string[];
  category_doubtful: boolean;
  status: "open" | "active" | "closed";
  opened_at: string;
  modified_at: string;
  closed_at: string | null;
  version: number;
  messages: number;
  affected: number;
  merged_into: number | null;
}

export interface Message {
  id: number;
  ticket_id: number;
  role: Role;
  body: string;
  internal: boolean;
  created_at: string;
}

export interface HistoryRow {
  id: number;
  ticket_id: number;
  role: Role;
  what: string;
  from: string | null;
  to: string | null;
  at: string;
}

/** Calls of `/api/v1` that must succeed; `request` is for those that must not. */
export class Api {
  constructor(readonly request: APIRequestContext) {}

  async openTicket(description: string, more: { place?: string; key?: string; as?: Role } = {}): Promise<Ticket> {
    const headers: Record<string, string> = more.key === undefined ? {} : { "Idempotency-Key": more.key };
    const data = more.place === undefined ? { description } : { description, place: more.place };
    return this.sent(201, "POST", "/tickets", more.as ?? "requester", data, headers);
  }

  async editTicket(ticket: Ticket, changes: { description?: string; place?: string }, as: Role = "requester"): Promise<Ticket> {
    return this.sent(200, "PATCH", `/tickets/${ticket.id}`, as, { ...changes, version: ticket.version });
  }

  async activate(id: number): Promise<Ticket> {
    return this.sent(200, "PUT", `/tickets/${id}/status`, "staff", { status: "active" });
  }

  async close(id: number): Promise<Ticket> {
    return this.sent(200, "PUT", `/tickets/${id}/status`, "staff", { status: "closed" });
  }

  /** Opens a ticket and takes it through both moves. */
  async openClosed(description: string): Promise<Ticket> {
    const { id } = await this.openTicket(description);
    await this.activate(id);
    return this.close(id);
  }

  async merge(id: number, into: number): Promise<Ticket> {
    return this.sent(200, "PUT", `/tickets/${id}/merged_into`, "staff", { into });
  }

  async correctCategory(id: number, category: Ticket["category"]): Promise<Ticket> {
    return this.sent(200, "PUT", `/tickets/${id}/category`, "staff", { category });
  }

  async postMessage(id: number, body: string, more: { as?: Role; internal?: boolean } = {}): Promise<Message> {
    const data = more.internal === undefined ? { body } : { body, internal: more.internal };
    return this.sent(201, "POST", `/tickets/${id}/messages`, more.as ?? "requester", data);
  }

  async getTicket(id: number, as: Role = "staff"): Promise<Ticket> {
    return this.sent(200, "GET", `/tickets/${id}`, as);
  }

  async listMessages(id: number, as: Role = "staff"): Promise<Message[]> {
    return (await this.sent<{ messages: Message[] }>(200, "GET", `/tickets/${id}/messages?limit=100`, as)).messages;
  }

  async listHistory(id: number, as: Role = "staff"): Promise<HistoryRow[]> {
    return (await this.sent<{ history: HistoryRow[] }>(200, "GET", `/tickets/${id}/history?limit=100`, as)).history;
  }

  /** Any call, whatever it answers; `path` is behind `/api/v1`. */
  async call(
    method: string,
    path: string,
    as: Role = "requester",
    data?: unknown,
    headers: Record<string, string> = {},
  ): Promise<APIResponse> {
    const options = { method, headers: { "Campusdesk-Role": as, ...headers } };
    return this.request.fetch(`/api/v1${path}`, data === undefined ? options : { ...options, data });
  }

  private async sent<T>(
    status: number,
    method: string,
    path: string,
    as: Role,
    data?: unknown,
    headers?: Record<string, string>,
  ): Promise<T> {
    const answer = await this.call(method, path, as, data, headers);
    expect(answer.status(), `${method} ${path}: ${await answer.text()}`).toBe(status);
    return await answer.json();
  }
}
