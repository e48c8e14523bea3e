//! Who is let in over gRPC, and who gets the extended card.

use a2a_core::{
    AgentSkill, Caller, CallerKind,
    grpc::{v0_3, v1},
};
use a2a_server::{Credentials, Denial, Server, ServerBuilder};
use pretty_assertions::assert_eq;
use tonic::Code;

use super::client::{Client, Nothing, V0_3, V1};
use crate::{
    agents::echo,
    support::{Host, card, serve},
};

const INVALID: Option<&str> = Some(r#"Bearer error="invalid_token""#);

fn builder() -> ServerBuilder {
    let known = ["ann", "forbidden"]
        .into_iter()
        .fold(Credentials::new(), |known, name| known.with_bearer(name, Caller::new(CallerKind::User, name)));
    Server::builder(card(), echo()).authenticator(known)
}

async fn client(host: &Host, service: &'static str, who: &str) -> Client {
    let client = Client::connect(host.addr, service).await;
    if who.is_empty() { client } else { client.with("authorization", format!("Bearer {who}")) }
}

/// The status of an empty call, with the challenge in it.
async fn refused(client: &Client, rpc: &str) -> (Code, Option<String>) {
    match client.call::<_, Nothing>(rpc, Nothing {}).await {
        Ok(_) => (Code::Ok, None),
        Err(status) => {
            let challenge = status.metadata().get("www-authenticate");
            (status.code(), challenge.map(|value| value.to_str().unwrap().to_owned()))
        }
    }
}

#[tokio::test]
async fn a_stranger_is_challenged_in_the_metadata() {
    let host = serve(builder()).await;
    for service in [V1, V0_3] {
        for (who, code, challenge) in [
            ("", Code::Unauthenticated, Some("Bearer")),
            ("eve", Code::Unauthenticated, INVALID),
            // Let in, and then there is no task without a name.
            ("ann", Code::InvalidArgument, None),
        ] {
            let got = refused(&client(&host, service, who).await, "GetTask").await;
            assert_eq!(got, (code, challenge.map(str::to_owned)), "{service} {who}");
        }
    }
}

#[tokio::test]
async fn the_extended_card_is_for_those_who_are_known_and_may() {
    let skill = AgentSkill::new("more", "More", "For those who are known", ["more"]);
    let more = card().with_skill(skill);
    let extended = move |caller: Caller| {
        let more = more.clone();
        async move { if caller.subject == "ann" { Ok(more) } else { Err(Denial::forbidden()) } }
    };
    let host = serve(builder().allow_anonymous().extended_card(extended)).await;
    for (service, rpc) in [(V1, "GetExtendedAgentCard"), (V0_3, "GetAgentCard")] {
        for (who, code, challenge) in [
            ("", Code::Unauthenticated, Some("Bearer")),
            ("eve", Code::Unauthenticated, INVALID),
            ("forbidden", Code::PermissionDenied, None),
            ("ann", Code::Ok, None),
        ] {
            let got = refused(&client(&host, service, who).await, rpc).await;
            assert_eq!(got, (code, challenge.map(str::to_owned)), "{service} {who}");
        }
    }
    let new: v1::AgentCard = client(&host, V1, "ann").await.answer("GetExtendedAgentCard", Nothing {}).await;
    let old: v0_3::AgentCard = client(&host, V0_3, "ann").await.answer("GetAgentCard", Nothing {}).await;
    assert_eq!((new.skills[0].id.as_str(), old.skills[0].id.as_str()), ("more", "more"));
    let grpc = |interface: &v1::AgentInterface| interface.protocol_binding == "GRPC";
    let grpc = new.supported_interfaces.iter().filter(|interface| grpc(interface));
    let addr = host.addr.to_string();
    assert_eq!(grpc.map(|interface| interface.url.as_str()).collect::<Vec<_>>(), [&addr, &addr]);
}

#[tokio::test]
async fn an_agent_that_declares_no_extended_card_has_none() {
    let host = serve(builder()).await;
    for (service, rpc, expected) in
        [(V1, "GetExtendedAgentCard", Code::FailedPrecondition), (V0_3, "GetAgentCard", Code::Unimplemented)]
    {
        let (code, _) = refused(&client(&host, service, "ann").await, rpc).await;
        assert_eq!(code, expected, "{service}");
    }
}
