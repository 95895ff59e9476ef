//! The program as it is run: how it starts, why it does not, how it stops, and what is left when it is killed.

use serde_json::{Value, json};
use std::{
    collections::HashMap,
    error::Error,
    fs::OpenOptions,
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    path::Path,
    process::{Child, ChildStderr, Command, ExitStatus, Output, Stdio},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};
use tempfile::TempDir;

type Done = Result<(), Box<dyn Error>>;

/// A command with no environment but what it is given.
fn campusdesk(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_campusdesk"));
    command.args(arguments).env_clear().stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// A process that listens on a port of its own. It is killed when it is dropped.
struct Server {
    child: Child,
    address: String,
    _rest_of_log: thread::JoinHandle<()>,
}

impl Server {
    fn start(arguments: &[&str]) -> Result<Self, Box<dyn Error>> {
        let mut child = campusdesk(arguments).args(["--listen", "127.0.0.1:0"]).spawn()?;
        let mut log = BufReader::new(child.stderr.take().ok_or("no standard error")?);
        let address = listening_on(&mut log)?;
        let rest_of_log = thread::spawn(move || {
            for line in log.lines().map_while(Result::ok) {
                assert!(!line.contains("panicked"), "{line}");
            }
        });
        Ok(Self { child, address, _rest_of_log: rest_of_log })
    }

    fn serve(database: &str) -> Result<Self, Box<dyn Error>> {
        Self::start(&["serve", "--database", database])
    }

    fn connect(&self) -> Result<Connection, Box<dyn Error>> {
        let stream = TcpStream::connect(&self.address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(30)))?;
        Ok(Connection { reader: BufReader::new(stream) })
    }

    fn terminate(&self) -> Result<(), Box<dyn Error>> {
        Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status()?;
        Ok(())
    }

    fn wait(mut self) -> Result<ExitStatus, Box<dyn Error>> {
        Ok(self.child.wait()?)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        _ = self.child.kill();
        _ = self.child.wait();
    }
}

fn listening_on(log: &mut BufReader<ChildStderr>) -> Result<String, Box<dyn Error>> {
    let mut said = String::new();
    while log.read_line(&mut said)? > 0 {
        if let Some((_, address)) = said.trim_end().rsplit_once("listening on http://") {
            return Ok(address.to_owned());
        }
    }
    Err(said.into())
}

/// Just enough of HTTP/1.1 for one request after the other.
struct Connection {
    reader: BufReader<TcpStream>,
}

impl Connection {
    fn send(&mut self, method: &str, path: &str, headers: &str, body: &str) -> Result<(u16, String), Box<dyn Error>> {
        let length = body.len();
        let request = format!("{method} {path} HTTP/1.1\r\nHost: x\r\n{headers}Content-Length: {length}\r\n\r\n{body}");
        self.reader.get_mut().write_all(request.as_bytes())?;
        self.receive()
    }

    fn receive(&mut self) -> Result<(u16, String), Box<dyn Error>> {
        let mut line = String::new();
        self.reader.read_line(&mut line)?;
        let status = line.split(' ').nth(1).ok_or("no status")?.parse()?;
        let mut length = 0;
        loop {
            line.clear();
            self.reader.read_line(&mut line)?;
            match line.trim_end().split_once(": ") {
                Some((name, value)) if name.eq_ignore_ascii_case("content-length") => length = value.parse()?,
                Some(_) => {}
                None => break,
            }
        }
        let mut body = vec![0; length];
        self.reader.read_exact(&mut body)?;
        Ok((status, String::from_utf8(body)?))
    }

    fn get(&mut self, path: &str) -> Result<(u16, Value), Box<dyn Error>> {
        let (status, body) = self.send("GET", path, "Campusdesk-Role: staff\r\n", "")?;
        Ok((status, serde_json::from_str(&body)?))
    }

    fn post(&mut self, path: &str, body: &Value) -> Result<(u16, Value), Box<dyn Error>> {
        let (status, body) = self.send("POST", path, "Content-Type: application/json\r\n", &body.to_string())?;
        Ok((status, serde_json::from_str(&body)?))
    }
}

fn folder() -> Result<(TempDir, String), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let database = format!("sqlite:{}", folder.path().join("campus.db").display());
    Ok((folder, database))
}

/// Exit code 1, nothing on standard output, and one sentence on standard error, which is returned.
fn one_sentence(output: &Output) -> String {
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!((output.status.code(), &*output.stdout), (Some(1), &b""[..]), "{said}");
    assert_eq!(said.lines().count(), 1, "{said}");
    assert!(said.ends_with(".\n"), "{said}");
    for inner in ["SELECT", "PRAGMA", "Err(", "sqlx", "DbErr", "panicked", "src/"] {
        assert!(!said.contains(inner), "{said}");
    }
    said
}

fn refused(arguments: &[&str]) -> Result<String, Box<dyn Error>> {
    Ok(one_sentence(&campusdesk(arguments).output()?))
}

/// Runs SQL on a database behind the program's back.
fn tamper(database: &str, statements: &[&str]) -> Done {
    use sea_orm::ConnectionTrait;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let connection = sea_orm::Database::connect(format!("{database}?mode=rwc")).await?;
        for statement in statements {
            connection.execute_unprepared(statement).await?;
        }
        Ok(connection.close().await?)
    })
}

#[test]
fn a_port_in_use_ends_the_start_with_a_sentence() -> Done {
    let (_folder, database) = folder()?;
    let taken = TcpListener::bind("127.0.0.1:0")?;
    let address = taken.local_addr()?.to_string();
    let said = refused(&["serve", "--listen", &address, "--database", &database])?;
    assert!(said.contains(&address) && said.contains("in use") && said.contains("--listen"), "{said}");
    let said = refused(&["serve", "--listen", "203.0.113.1:3000", "--database", &database])?;
    assert!(said.contains("no address"), "{said}");
    Ok(())
}

#[test]
fn a_database_that_cannot_be_used_ends_the_start_with_a_sentence() -> Done {
    let (folder, database) = folder()?;
    let serve = |database: &str| refused(&["serve", "--listen", "127.0.0.1:0", "--database", database]);
    let said = serve("sqlite:/nowhere/at/all/campus.db")?;
    assert!(said.contains("/nowhere/at/all") && said.contains("create it"), "{said}");
    let said = serve("sqlite:/proc/campus.db")?;
    assert!(said.contains("cannot be written"), "{said}");
    let said = serve(&format!("sqlite:{}", folder.path().display()))?;
    assert!(said.contains("--database") || said.contains("cannot be"), "{said}");
    std::fs::write(folder.path().join("letter.db"), "Dear Sir or Madam, this is no database. ".repeat(100))?;
    let said = serve(&format!("sqlite:{}", folder.path().join("letter.db").display()))?;
    assert!(said.contains("not an SQLite database"), "{said}");
    tamper(&database, &["CREATE TABLE recipes (name TEXT)", "INSERT INTO recipes VALUES ('soup')"])?;
    let said = serve(&database)?;
    assert!(said.contains("another program"), "{said}");
    let said = serve("postgres://localhost/campus")?;
    assert!(said.contains("not supported yet"), "{said}");
    Ok(())
}

#[test]
fn a_read_only_database_ends_the_start_with_a_sentence() -> Done {
    let (folder, database) = folder()?;
    assert!(campusdesk(&["migrate", "--database", &database]).status()?.success());
    let file = folder.path().join("campus.db");
    let mut rights = std::fs::metadata(&file)?.permissions();
    rights.set_readonly(true);
    std::fs::set_permissions(&file, rights)?;
    // Whoever may write all the same, as root may, has no such problem.
    if OpenOptions::new().write(true).open(&file).is_err() {
        let said = refused(&["serve", "--listen", "127.0.0.1:0", "--database", &database])?;
        assert!(said.contains("cannot be written"), "{said}");
    }
    Ok(())
}

#[test]
fn a_newer_database_ends_the_start_with_a_sentence() -> Done {
    let (_folder, database) = folder()?;
    assert!(campusdesk(&["migrate", "--database", &database]).status()?.success());
    tamper(&database, &["INSERT INTO seaql_migrations (version, applied_at) VALUES ('m29990101_000001_later', 0)"])?;
    let said = refused(&["serve", "--listen", "127.0.0.1:0", "--database", &database])?;
    assert!(said.contains("newer version"), "{said}");
    Ok(())
}

#[test]
fn values_that_cannot_be_end_the_start_with_a_sentence() -> Done {
    for (flag, value) in [("--time-zone", "Mars/Base"), ("--analytics-url", "https://x"), ("--rest-limit", "0")] {
        let said = refused(&["serve", flag, value])?;
        assert!(said.contains(value), "{said}");
    }
    let said = refused(&["analytics", "--listen", "127.0.0.1:0", "--services", "backlog,weather"])?;
    assert!(said.contains("weather") && said.contains("categories"), "{said}");
    let said = refused(&["analytics", "--listen", "127.0.0.1:0", "--database", "sqlite:/nowhere/campus.db"])?;
    assert!(said.contains("campusdesk migrate"), "{said}");
    Ok(())
}

#[test]
fn flags_may_be_environment_variables() -> Done {
    let (folder, database) = folder()?;
    let mut child = campusdesk(&["serve"])
        .env("CAMPUSDESK_LISTEN", "127.0.0.1:0")
        .env("CAMPUSDESK_DATABASE", &database)
        .env("CAMPUSDESK_TIME_ZONE", "Pacific/Apia")
        .spawn()?;
    let mut log = BufReader::new(child.stderr.take().ok_or("no standard error")?);
    let address = listening_on(&mut log)?;
    let server = Server { child, address, _rest_of_log: thread::spawn(|| {}) };
    let (status, answer) = server.connect()?.get("/api/v1/analytics/resolution")?;
    assert_eq!((status, &answer["time_zone"]), (200, &json!("Pacific/Apia")));
    assert!(folder.path().join("campus.db").exists());
    Ok(())
}

#[test]
fn without_a_flag_the_database_is_in_the_working_directory() -> Done {
    let folder = tempfile::tempdir()?;
    assert!(campusdesk(&["migrate"]).current_dir(folder.path()).status()?.success());
    assert!(folder.path().join("campusdesk.db").exists());
    Ok(())
}

#[test]
fn sigterm_finishes_a_running_request_and_ends_with_0() -> Done {
    let (folder, database) = folder()?;
    let server = Server::serve(&database)?;
    let mut idle = server.connect()?;
    assert_eq!(idle.send("GET", "/healthz", "", "")?.0, 200);
    let mut running = server.connect()?;
    let body = json!({"description": "The elevator is not working"}).to_string();
    let head = format!(
        "POST /api/v1/tickets HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    running.reader.get_mut().write_all(&[head.as_bytes(), &body.as_bytes()[..5]].concat())?;
    thread::sleep(Duration::from_millis(200));
    server.terminate()?;
    thread::sleep(Duration::from_millis(200));
    assert!(server.connect().is_err(), "no new connection is taken");
    running.reader.get_mut().write_all(&body.as_bytes()[5..])?;
    let (status, ticket) = running.receive()?;
    assert_eq!(status, 201, "{ticket}");
    assert_eq!(server.wait()?.code(), Some(0));
    // The log is in the file, and gone: a plain copy of the file is a whole backup now.
    assert!(!folder.path().join("campus.db-wal").exists());
    let server = Server::serve(&database)?;
    assert_eq!(server.connect()?.get("/api/v1/tickets/1")?.1["description"], "The elevator is not working");
    Ok(())
}

#[test]
fn r12_the_services_run_as_processes_of_their_own() -> Done {
    let (_folder, database) = folder()?;
    assert!(campusdesk(&["seed", "--tickets", "50", "--database", &database]).status()?.success());
    let services = Server::start(&["analytics", "--database", &database, "--services", "backlog,categories"])?;
    let url = format!("http://{}", services.address);
    let apart = Server::start(&["serve", "--database", &database, "--analytics-url", &url])?;
    let whole = Server::serve(&database)?;
    for path in ["/healthz", "/readyz", "/metrics"] {
        assert_eq!(services.connect()?.send("GET", path, "", "")?.0, 200, "{path}");
    }
    let (status, mut there) = apart.connect()?.get("/api/v1/analytics/categories")?;
    let mut here = whole.connect()?.get("/api/v1/analytics/categories")?.1;
    for answer in [&mut there, &mut here] {
        answer["as_of"] = Value::Null;
    }
    assert_eq!((status, there), (200, here));
    assert_eq!(apart.connect()?.get("/api/v1/analytics/resolution")?.0, 404);
    // One of them there, the others here.
    let one = Server::start(&["serve", "--database", &database, "--analytics-url", &format!("backlog={url}")])?;
    for analysis in ["backlog", "resolution"] {
        assert_eq!(one.connect()?.get(&format!("/api/v1/analytics/{analysis}"))?.0, 200, "{analysis}");
    }
    services.terminate()?;
    assert_eq!(services.wait()?.code(), Some(0));
    for server in [&apart, &one] {
        assert_eq!(server.connect()?.get("/api/v1/analytics/backlog")?.0, 503);
    }
    assert_eq!(one.connect()?.get("/api/v1/analytics/categories")?.0, 200);
    assert_eq!(apart.connect()?.get("/api/v1/tickets")?.0, 200);
    Ok(())
}

#[test]
fn r12_the_sums_are_counted_anew_when_that_is_asked() -> Done {
    let (folder, database) = folder()?;
    assert!(campusdesk(&["seed", "--tickets", "300", "--database", &database]).status()?.success());
    let answers = || -> Result<Vec<Value>, Box<dyn Error>> {
        let server = Server::serve(&database)?;
        let mut answers = Vec::new();
        for analysis in
            ["resolution", "categories", "flow?last=365d", "response?last=365d", "hours?last=365d", "places"]
        {
            let (status, mut answer) = server.connect()?.get(&format!("/api/v1/analytics/{analysis}"))?;
            assert_eq!(status, 200, "{answer}");
            answer["as_of"] = Value::Null;
            answers.push(answer);
        }
        server.terminate()?;
        server.wait()?;
        Ok(answers)
    };
    let before = answers()?;
    assert!(campusdesk(&["analytics", "rebuild", "--database", &database]).status()?.success());
    assert_eq!(answers()?, before);
    let nowhere = folder.path().join("nowhere.db");
    let said = refused(&["analytics", "rebuild", "--database", &format!("sqlite:{}", nowhere.display())])?;
    assert!(said.contains("campusdesk migrate") && !nowhere.exists(), "{said}");
    Ok(())
}

#[test]
fn a_backup_is_made_while_the_database_is_in_use_and_never_over_a_file() -> Done {
    let (folder, database) = folder()?;
    let server = Server::start(&["serve", "--database", &database, "--time-zone", "Europe/Rome"])?;
    assert_eq!(server.connect()?.post("/api/v1/tickets", &json!({"description": "No WIFI"}))?.0, 201);
    let copy = folder.path().join("copy.db");
    let backup = || campusdesk(&["backup", &copy.display().to_string(), "--database", &database]).output();
    let made = backup()?;
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    assert_eq!(server.connect()?.get("/api/v1/analytics/resolution")?.1["time_zone"], "Europe/Rome");
    drop(server);
    let restored = Server::serve(&format!("sqlite:{}", copy.display()))?;
    assert_eq!(restored.connect()?.get("/api/v1/tickets/1")?.1["description"], "No WIFI");
    one_sentence(&backup()?);
    Ok(())
}

/// What was acknowledged: texts by their address.
type Acknowledged = Arc<Mutex<HashMap<String, String>>>;

/// Opens tickets and posts messages, one after the other, until the server is gone.
fn write_until_killed(address: &str, name: &str, is_over: &AtomicBool, acknowledged: &Acknowledged) -> Done {
    let stream = TcpStream::connect(address)?;
    stream.set_nodelay(true)?;
    let mut connection = Connection { reader: BufReader::new(stream) };
    for n in 0.. {
        if is_over.load(Ordering::Relaxed) {
            break;
        }
        let text = format!("Report {n} of {name}");
        let (status, ticket) = connection.post("/api/v1/tickets", &json!({"description": text}))?;
        assert_eq!(status, 201, "{ticket}");
        let address = format!("/api/v1/tickets/{}", ticket["id"]);
        acknowledged.lock().map_err(|_| "another writer panicked")?.insert(address.clone(), text);
        let text = format!("Message {n} of {name}");
        let (status, message) = connection.post(&format!("{address}/messages"), &json!({"body": text}))?;
        assert_eq!(status, 201, "{message}");
        acknowledged.lock().map_err(|_| "another writer panicked")?.insert(format!("{address}/messages"), text);
    }
    Ok(())
}

fn check_all_there(server: &Server, acknowledged: &HashMap<String, String>) -> Done {
    let mut connection = server.connect()?;
    for (address, text) in acknowledged {
        let (status, found) = connection.get(address)?;
        let kept = if address.ends_with("/messages") { &found["messages"][0]["body"] } else { &found["description"] };
        assert_eq!((status, kept), (200, &json!(text)), "{address}");
    }
    Ok(())
}

#[test]
fn r11_what_was_acknowledged_is_there_after_20_kills() -> Done {
    const KILLS: u64 = 20;
    const WRITERS: usize = 4;
    let (folder, database) = folder()?;
    let mut total = 0;
    let mut server = Server::serve(&database)?;
    for kill in 0..KILLS {
        let (acknowledged, is_over) = (Acknowledged::default(), Arc::new(AtomicBool::new(false)));
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| {
                let (address, acknowledged, is_over) = (server.address.clone(), acknowledged.clone(), is_over.clone());
                // A writer ends with the error that its connection broke: it was in the middle of a write.
                thread::spawn(move || {
                    write_until_killed(&address, &format!("{kill}/{writer}"), &is_over, &acknowledged)
                        .map_err(|error| error.to_string())
                })
            })
            .collect();
        thread::sleep(Duration::from_millis(60 + 17 * (kill % 7)));
        server.child.kill()?;
        server.child.wait()?;
        is_over.store(true, Ordering::Relaxed);
        for writer in writers {
            drop(writer.join().map_err(|_| "a write was refused")?);
        }
        server = Server::serve(&database)?;
        let acknowledged = acknowledged.lock().unwrap();
        check_all_there(&server, &acknowledged)?;
        total += acknowledged.len();
    }
    assert!(total > usize::try_from(KILLS)? * WRITERS, "only {total} writes in all");
    check_sums(&mut server.connect()?)?;
    drop(server);
    check_integrity(&folder.path().join("campus.db"))
}

/// The sums that the analyses read agree with the tickets, whatever the kills interrupted.
fn check_sums(connection: &mut Connection) -> Done {
    let (_, months) = connection.get("/api/v1/analytics/resolution")?;
    let opened: i64 =
        months["months"].as_array().into_iter().flatten().filter_map(|month| month["opened"].as_i64()).sum();
    let (_, newest) = connection.get("/api/v1/tickets?limit=1")?;
    assert_eq!(json!(opened), newest["tickets"][0]["id"], "ids have no gaps, so the last one is their number");
    let (_, backlog) = connection.get("/api/v1/analytics/backlog?last=3650d")?;
    assert_eq!(backlog["opened_not_closed"], json!(opened));
    Ok(())
}

fn check_integrity(file: &Path) -> Done {
    use sea_orm::{ConnectionTrait, DbBackend, Statement};
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let connection = sea_orm::Database::connect(format!("sqlite:{}", file.display())).await?;
        for (check, sound) in [("PRAGMA integrity_check", Some("ok")), ("PRAGMA foreign_key_check", None)] {
            let row = connection.query_one_raw(Statement::from_string(DbBackend::Sqlite, check)).await?;
            let said = row.map(|row| row.try_get_by_index::<String>(0)).transpose()?;
            assert_eq!(said.as_deref(), sound, "{check}");
        }
        Ok(())
    })
}
