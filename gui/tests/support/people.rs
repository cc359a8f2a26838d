//! People, groups and organisers of the scripted community.

use hedgerow_api::*;
use hedgerow_gui::known::Fact;

pub fn person(digits: &str, name: &str, role: &str, standing: Standing) -> Person {
    Person {
        id: digits.repeat(32),
        name: name.into(),
        role: role.into(),
        role_text: role.into(),
        standing,
        devices: 1,
        me: digits == "aa",
        blocked: false,
    }
}

pub fn people() -> People {
    People {
        people: vec![
            person("aa", "Gwen", "organiser", Standing::In),
            person("b0", "Bob", "resident", Standing::In),
            person("ca", "Carys", "organiser", Standing::In),
            person("de", "Dai", "newcomer", Standing::In),
            person("ed", "Eve", "none", Standing::Removed),
        ],
    }
}

pub fn detail(person: Person) -> PersonDetail {
    PersonDetail {
        devices: vec![PersonDevice { key: "d1".repeat(32), stores_only: false, this: false }],
        groups: vec![GroupRef { id: "aa".into(), name: "Food bank".into() }],
        grants: vec![PersonGrant {
            role: "mentor".into(),
            number: None,
            text: "mentor of people under 18".into(),
            record: "99".into(),
        }],
        steps: 1,
        may_invite: true,
        pen_name: "The gardener".into(),
        person,
    }
}

pub fn why(person: Person) -> PersonWhy {
    let fact = |code: &str, text: &str| WhyFact { code: code.into(), text: text.into(), record: None };
    PersonWhy {
        facts: vec![
            fact("admitted", "Bob was let in by Gwen."),
            fact("granted", "Bob is a mentor of people under 18. Gwen said so."),
        ],
        would_change: vec!["An organiser can take Bob out: hedgerow people remove Bob".into()],
        person,
    }
}

pub fn group() -> Group {
    let member = |digits: &str, name: &str, role: &str| GroupMember {
        person: digits.repeat(32),
        name: name.into(),
        role: role.into(),
    };
    Group {
        id: "aa".into(),
        name: "Food bank".into(),
        description: "Food for those who need it.".into(),
        members: vec![member("ca", "Carys", "member"), member("aa", "Gwen", "admin")],
        mine: true,
        only: vec!["service".into(), "notice".into()],
        devices: vec![PersonDevice { key: "f1".repeat(32), stores_only: false, this: false }],
    }
}

pub fn organisers() -> Organisers {
    let organiser = |digits: &str, name: &str| Organiser {
        person: digits.repeat(32),
        name: name.into(),
        me: digits == "aa",
        heard_ms: None,
        acts: true,
    };
    let (gwen, carys, bob) = (organiser("aa", "Gwen"), organiser("ca", "Carys"), organiser("b0", "Bob"));
    Organisers {
        organisers: vec![gwen.clone(), carys.clone()],
        needed: 2,
        open: false,
        space_mib: 1024,
        split: false,
        fixed: false,
        key_holders_needed: 1,
        key_holders_signed: 0,
        changes: 1,
        proposals: vec![OrganiserProposal {
            code: "1234abcd".into(),
            id: "12".repeat(32),
            text: "Bob becomes an organiser.".into(),
            organisers: vec![gwen, carys, bob],
            approved: vec!["Carys".into()],
            missing: 1,
            approved_by_me: false,
            split: false,
        }],
    }
}

pub fn facts() -> Vec<Fact> {
    let bob = || person("b0", "Bob", "resident", Standing::In);
    vec![
        Fact::People(Ok(Box::new(people()))),
        Fact::Groups(Ok(Box::new(Groups { groups: vec![group()] }))),
        Fact::Organisers(Ok(Box::new(organisers()))),
        Fact::Person(Ok(Box::new(detail(bob())))),
        Fact::PersonWhy(Ok(Box::new(why(bob())))),
    ]
}

pub fn none() -> Vec<Fact> {
    vec![
        Fact::People(Ok(Box::new(People { people: vec![] }))),
        Fact::Groups(Ok(Box::new(Groups { groups: vec![] }))),
        Fact::Organisers(Ok(Box::new(Organisers { proposals: vec![], ..organisers() }))),
    ]
}
