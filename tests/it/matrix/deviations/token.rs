//! Token endpoints of generic servers and of Salesforce.

use super::Deviation;
use super::What::{self, Costs, Ends, Tokens};

pub static ROWS: &[Deviation] = &[];
