//! GitHub Enterprise. Sections are those of the provider sheet.

use super::Deviation;
use super::What::{self, Costs, Ends, Groups, Lacks};

const fn at(
    setting: &'static str,
    story: &'static str,
    steps: &'static str,
    what: What,
    because: &'static str,
) -> Deviation {
    Deviation { kind: "github-enterprise", setting, story, steps, what, because }
}

pub static ROWS: &[Deviation] = &[];
