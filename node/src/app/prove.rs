//! What members could reach through this computer: tried for the host, and proved. Nothing of it is kept.

use std::sync::Arc;

use hedgerow_api::{GatewayProof, GatewayTest, GatewayVerdict, GatewayVerdicts, Problem};

use super::App;
use super::problems::invalid;
use crate::uplink::gateway::{Gateway, Verdict};

/// Targets of one dry run.
const TARGETS_MAX: usize = 100;

impl App {
    /// Says what would happen to these targets. Nothing of it is kept.
    pub async fn gateway_test(self: &Arc<Self>, test: GatewayTest) -> Result<GatewayVerdicts, Problem> {
        if test.targets.is_empty() || test.targets.len() > TARGETS_MAX {
            return Err(invalid("That is not a number of targets.", format!("Name 1 to {TARGETS_MAX}.")));
        }
        let gateway = self.some_gateway().await?;
        let mut verdicts = Vec::new();
        for target in &test.targets {
            verdicts.push(shown(target, gateway.verdict(target).await));
        }
        Ok(GatewayVerdicts { verdicts })
    }

    /// Tries everything that is near this computer, as a member would, and writes a page about it.
    pub async fn gateway_prove(self: &Arc<Self>) -> Result<GatewayProof, Problem> {
        let member = self.member()?;
        let gateway = self.some_gateway().await?;
        let mut verdicts = Vec::new();
        for (what, target) in crate::uplink::near::targets().await {
            let verdict = shown(&target, gateway.verdict(&target).await);
            verdicts.push(GatewayVerdict { target: format!("{what}: {target}"), ..verdict });
        }
        let passed = !verdicts.is_empty() && verdicts.iter().all(|v| !v.allowed);
        let title = member.my_policy().map(|(_, p)| p.title).unwrap_or_default();
        let day = super::items::day_text(hedgerow_protocol::hlc::day_of_ms(member.core.clock()));
        let mut page = format!(
            "{title}: what members of {} cannot reach through this computer\nTried on {day}, {} times.\n\n",
            member.called(&member.community),
            verdicts.len()
        );
        for verdict in &verdicts {
            let outcome = match verdict.allowed {
                true => "CAN BE REACHED".to_owned(),
                false => format!("refused ({})", verdict.rules.first().unwrap_or(&verdict.refusal)),
            };
            page.push_str(&format!("{}: {outcome}\n", verdict.target));
        }
        page.push_str(match passed {
            true => "\nEverything was refused.\n",
            false => "\nNOT everything was refused. Stop the sharing and ask for help.\n",
        });
        let signature = member.device.sign(page.as_bytes());
        page.push_str(&format!(
            "Signed by this computer, key {}\nSignature {}\n",
            member.device.public(),
            data_encoding::HEXLOWER.encode(signature.as_ref())
        ));
        Ok(GatewayProof { passed, page, verdicts })
    }

    /// The gateway that runs, or one that would, without taking anybody's flows.
    async fn some_gateway(self: &Arc<Self>) -> Result<Arc<Gateway>, Problem> {
        match self.gateways.running() {
            Some(gateway) => Ok(gateway),
            None => {
                let member = self.member()?;
                let trial = self.dir.path().join("gateway-trial");
                self.make_gateway(&member, trial).await
            }
        }
    }
}

fn shown(target: &str, verdict: Verdict) -> GatewayVerdict {
    GatewayVerdict {
        target: target.to_owned(),
        allowed: verdict.refusal.is_none(),
        sentence: verdict.refusal.map(|r| r.sentence()).unwrap_or_default(),
        refusal: verdict.refusal.map(|r| r.name().to_owned()).unwrap_or_default(),
        rules: verdict.rules.iter().map(|(ip, rule)| format!("{ip}: {}", rule.name())).collect(),
    }
}
