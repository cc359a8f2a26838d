//! `hedgerow serve`, `hedgerow visit`, `hedgerow sites`

use clap::Args;
use hedgerow_api::{LocalSite, LocalSites, SitePublish, SiteVisit};

use super::{Cx, Outcome};

/// Publish a program that runs on this computer as a local site. Only that program is shared, nothing else.
///
/// Example: hedgerow serve 8080 --name bookings
/// Example: hedgerow serve 8080 --name rota --audience group:Mentors
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct Serve {
    /// The port the program listens on.
    #[arg(required_unless_present = "stop", conflicts_with = "stop")]
    port: Option<u16>,
    /// Name of the site: a to z, 0 to 9 and -.
    #[arg(long, required_unless_present = "stop")]
    name: Option<String>,
    /// What it is, in a line. Default: its name.
    #[arg(long, default_value = "")]
    title: String,
    /// More about it.
    #[arg(long, default_value = "")]
    text: String,
    /// Who may visit: community, group:NAME, or people:NAME,NAME.
    #[arg(long, default_value = "community")]
    audience: String,
    /// The program does not speak HTTP.
    #[arg(long)]
    tcp: bool,
    /// Publish it in the name of a group.
    #[arg(long = "as", value_name = "GROUP")]
    as_group: Option<String>,
    /// Something published that says more about it, by id.
    #[arg(long, value_name = "ID")]
    listing: Option<String>,
    /// Stop publishing the site of this name.
    #[arg(long, value_name = "NAME")]
    stop: Option<String>,
}

/// Visit a local site: prints the address to open in a browser.
///
/// Example: hedgerow visit bookings
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct Visit {
    /// Name of the site; NAME@OWNER where two have one name.
    #[arg(required_unless_present = "stop", conflicts_with = "stop")]
    site: Option<String>,
    /// Let the site know who you are. Without it, its program is not told.
    #[arg(long)]
    with_my_name: bool,
    /// Port on this computer. Default: any that is free, and the same one next time.
    #[arg(long)]
    port: Option<u16>,
    /// Close the visit to the site of this name.
    #[arg(long, value_name = "NAME")]
    stop: Option<String>,
}

/// List the local sites: who publishes them, whether they can be reached, and what you visit.
///
/// Example: hedgerow sites
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct Sites {}

impl Serve {
    pub async fn run(self, cx: &Cx) -> Outcome {
        if let Some(name) = self.stop {
            if cx.dry_run {
                cx.client.local_sites().await?;
                cx.out.say(&format!("Would stop publishing {name}."));
                return Ok(0);
            }
            let sites = cx.client.site_stop(&name).await?;
            cx.out.data(&sites, lines);
            cx.out.say(&format!("{name} is not published any more."));
            return Ok(0);
        }
        let name = self.name.unwrap_or_default();
        let new = SitePublish {
            port: self.port.unwrap_or_default(),
            name: name.clone(),
            title: self.title,
            text: self.text,
            protocol: if self.tcp { "tcp" } else { "http" }.into(),
            audience: self.audience,
            as_group: self.as_group,
            listing: self.listing,
            dry_run: cx.dry_run,
        };
        let site = cx.client.site_publish(&new).await?;
        cx.out.data(&site, line);
        if cx.dry_run {
            cx.out.say(&format!("Would publish {name} for {}.", site.audience));
        } else {
            cx.out.say(&format!("{name} is published for {}, also after a restart.", site.audience));
            cx.out.next(&format!("they type: hedgerow visit {name}"));
        }
        // Published all the same: the program may be started later.
        Ok(if site.state == "not-running" { 8 } else { 0 })
    }
}

impl Visit {
    pub async fn run(self, cx: &Cx) -> Outcome {
        if let Some(name) = self.stop {
            if cx.dry_run {
                cx.client.local_sites().await?;
                cx.out.say(&format!("Would close the visit to {name}."));
                return Ok(0);
            }
            let sites = cx.client.site_leave(&name).await?;
            cx.out.data(&sites, lines);
            cx.out.say(&format!("The visit to {name} is closed."));
            return Ok(0);
        }
        let visit = SiteVisit {
            site: self.site.unwrap_or_default(),
            named: self.with_my_name,
            port: self.port,
            dry_run: cx.dry_run,
        };
        let site = cx.client.site_visit(&visit).await?;
        cx.out.data(&site, |s| s.address.clone().unwrap_or_default());
        if site.named {
            cx.out.say(&format!("{} is told that it is you.", site.title));
        } else {
            cx.out.say("You visit without your name.");
        }
        if site.state == "offline" {
            cx.out.say(&site.sentence);
            return Ok(8);
        }
        Ok(0)
    }
}

impl Sites {
    pub async fn run(self, cx: &Cx) -> Outcome {
        let sites = cx.client.local_sites().await?;
        cx.out.data(&sites, lines);
        if sites.sites.is_empty() {
            cx.out.say("Nobody publishes a local site yet.");
            cx.out.next("to publish a program of yours: hedgerow serve PORT --name NAME");
        }
        Ok(0)
    }
}

fn lines(sites: &LocalSites) -> String {
    sites.sites.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn line(s: &LocalSite) -> String {
    let visits = match (s.visits, s.here) {
        (0, _) => String::new(),
        (n, true) => format!("  {n} visiting"),
        (_, false) => "  in use".into(),
    };
    let address = s.address.as_ref().map(|a| format!("  {a}")).unwrap_or_default();
    let title = if s.title == s.name { String::new() } else { format!(" ({})", s.title) };
    format!("{}{title}: {}, for {}. {}{visits}{address}", s.name, s.owner, s.audience, s.sentence)
}
