//! What happens in a run: acts made from a seed.

/// A small deterministic generator (Knuth's).
#[derive(Clone)]
pub struct Dice(pub u64);

impl Dice {
    /// A number below another.
    pub fn roll(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below.max(1)
    }
}

/// One thing that happens. Nodes by number; 0 is the steward's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// A node writes a thing of its person's, or of the community's where it may: number of the thing, length of its text.
    Write { node: usize, thing: u64, length: u64, of_community: bool },
    /// It takes one back.
    Withdraw { node: usize, thing: u64, of_community: bool },
    /// The steward hides a thing of somebody's, or shows it again.
    Hide { of: usize, thing: u64 },
    /// See [`Act::Hide`].
    Unhide { of: usize, thing: u64 },
    /// The steward takes somebody out.
    Remove { of: usize },
    /// And lets them in again.
    Admit { of: usize },
    /// From now on only nodes of one side hear each other: a bit a node.
    Part { sides: u64 },
    /// All hear each other again.
    Heal,
    /// A node is closed and opened.
    Restart { node: usize },
    /// The power goes at one of the next operations of its disk, while it writes.
    PowerCut { node: usize, after: u64, seed: u64 },
    /// A node is off for the next acts, until it is started or the run ends.
    Stop { node: usize },
    /// Somebody sets its clock so far from the right time, in milliseconds.
    Clock { node: usize, off_ms: i64 },
    /// Time goes by.
    Wait { ms: u64 },
}

const MINUTE: u64 = 60_000;
const DAY: i64 = 86_400_000;

/// Acts of a run.
pub fn plan(seed: u64, nodes: usize, acts: usize) -> Vec<Act> {
    let mut dice = Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x5eed);
    let mut plan = Vec::new();
    for _ in 0..acts {
        let node = dice.roll(nodes as u64) as usize;
        let other = 1 + dice.roll(nodes as u64 - 1) as usize;
        let thing = dice.roll(6);
        let act = match dice.roll(100) {
            0..40 => Act::Write { node, thing, length: 20 + dice.roll(3) * 1_000, of_community: dice.roll(8) == 0 },
            40..48 => Act::Withdraw { node, thing, of_community: dice.roll(8) == 0 },
            48..52 => Act::Hide { of: other, thing },
            52..55 => Act::Unhide { of: other, thing },
            55..57 => Act::Remove { of: other },
            57..60 => Act::Admit { of: other },
            60..66 => Act::Part { sides: dice.roll(1 << nodes) },
            66..70 => Act::Heal,
            70..75 => Act::Restart { node },
            75..79 => Act::PowerCut { node, after: dice.roll(5), seed: dice.roll(1 << 30) },
            79..82 => Act::Stop { node },
            82..86 => {
                let offs = [-500 * DAY, -DAY, -5 * MINUTE as i64, 20 * MINUTE as i64, 3 * DAY, 5 * 365 * DAY, 0, 0];
                Act::Clock { node, off_ms: offs[dice.roll(8) as usize] }
            }
            86..98 => Act::Wait { ms: 1_000 + dice.roll(2 * MINUTE) },
            _ => Act::Wait { ms: 20 * MINUTE },
        };
        plan.push(act);
    }
    plan
}
