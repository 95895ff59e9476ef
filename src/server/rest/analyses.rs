//! `/api/v1/analytics`: the analyses, passed on to the services that make them. Routes and documentation are made from the
//! list of services.

use super::{
    RestState,
    asking::Asker,
    problem::{Problem, problems},
};
use crate::{
    domain::{category::Category, period::Period},
    error::AppError,
    server::analytics::{
        REVALIDATED, SERVICES, check_role,
        client::AnalyticsClient,
        service::{Parameter, Service},
        wants_anew,
    },
};
use axum::{
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse, Response},
    routing::get,
};
use utoipa::{
    IntoParams, PartialSchema,
    openapi::{
        ContentBuilder, HttpMethod, OpenApi, Ref, RefOr, Required, ResponseBuilder,
        path::{OperationBuilder, ParameterBuilder, ParameterIn},
        schema::{ObjectBuilder, Schema, Type},
    },
};
use utoipa_axum::router::OpenApiRouter;

/// The routes of all services, documented.
pub(super) fn routes() -> OpenApiRouter<RestState> {
    let mut router = OpenApiRouter::default();
    for service in &SERVICES {
        let handler = async move |State(client): State<AnalyticsClient>, asker: Asker, uri: Uri, headers: HeaderMap| {
            analyse(&client, service, asker, &uri, &headers).await
        };
        router = router.route(&path(service), get(handler));
        document(router.get_openapi_mut(), service);
    }
    router
}

fn path(service: &Service) -> String {
    format!("/analytics/{}", service.slug)
}

async fn analyse(
    client: &AnalyticsClient,
    service: &Service,
    Asker(role): Asker,
    uri: &Uri,
    headers: &HeaderMap,
) -> Result<Response, Problem> {
    check_role(service, role)?;
    let answer = client.ask_as(service, uri.query(), wants_anew(headers)).await?;
    if answer.stale_since.is_some() {
        return Err(AppError::ServiceDown.into());
    }
    let known = headers.get(header::IF_NONE_MATCH);
    let mut response = if answer.tag.is_some() && answer.tag.as_ref() == known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        ([(header::CONTENT_TYPE, "application/json")], answer.json).into_response()
    };
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static(REVALIDATED));
    if let Some(tag) = answer.tag {
        response.headers_mut().insert(header::ETAG, tag);
    }
    Ok(response)
}

/// Says in the document what a service is asked and answers.
fn document(document: &mut OpenApi, service: &Service) {
    let mut schemas = Vec::new();
    let (name, schema) = (service.schemas)(&mut schemas);
    let components = document.components.get_or_insert_default();
    components.schemas.extend(schemas.into_iter().chain([(name.clone(), schema)]));
    let answer = ContentBuilder::new().schema(Some(Ref::from_schema_name(name))).build();
    let answer = ResponseBuilder::new().description("What was counted.").content("application/json", answer).build();
    let mut operation = OperationBuilder::new()
        .tag("analytics")
        .operation_id(Some(format!("get_{}", service.slug)))
        .summary(Some(service.summary))
        .description(Some(service.description))
        .response("200", answer);
    for parameter in Asker::into_params(|| None) {
        operation = operation.parameter(parameter);
    }
    for parameter in service.parameters {
        operation = operation.parameter(query(*parameter, service.last));
    }
    let refused = if service.is_public {
        [400, 404, 422, 429, 500, 503].as_slice()
    } else {
        &[400, 403, 404, 422, 429, 500, 503]
    };
    for (status, response) in problems(refused.iter().copied()) {
        if status != "422" || !service.parameters.is_empty() {
            operation = operation.response(status, response);
        }
    }
    document.paths.add_path_operation(path(service), vec![HttpMethod::Get], operation.build());
}

fn query(parameter: Parameter, last: Period) -> ParameterBuilder {
    let text = || ObjectBuilder::new().schema_type(Type::String);
    let (description, schema): (_, RefOr<Schema>) = match parameter {
        Parameter::Last => (
            format!("The period: `1h` to `87600h` or `1d` to `3650d`; `{last}` unless said."),
            text().pattern(Some("^[0-9]{1,6}[hd]$")).examples(["7d"]).into(),
        ),
        Parameter::Category => ("Only tickets of that category.".to_owned(), Category::schema()),
        Parameter::Place => ("Only tickets of that place, as it was written.".to_owned(), text().into()),
        Parameter::Ticket => (
            "How many tickets are ahead of that one.".to_owned(),
            ObjectBuilder::new().schema_type(Type::Integer).into(),
        ),
    };
    ParameterBuilder::new()
        .name(parameter.name())
        .parameter_in(ParameterIn::Query)
        .required(Required::False)
        .description(Some(description))
        .schema(Some(schema))
}
