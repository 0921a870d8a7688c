//! Filters: what is read is printed and read back, and a value is a value wherever it stands (S5).
#![no_main]

use scimhook::scim::{filter, path::Path};
use scimhook_fuzz::planted;

libfuzzer_sys::fuzz_target!(|text: &str| {
    let sent = filter::parse_eq(&filter::eq("userName", text)).expect("a filter that we send");
    assert_eq!(sent, [("userName".to_owned(), text.into())]);
    match filter::parse_eq(text) {
        Ok(terms) => {
            assert_eq!(filter::parse_eq(&filter::print(&terms)).as_ref(), Ok(&terms));
            assert_eq!(
                Path::parse(&format!("a[{}].b", filter::print(&terms))).map(|path| path.filter),
                Ok(terms.clone())
            );
            planted(terms.get(1).and_then(|(_, value)| value.as_str()).unwrap_or(""));
        }
        Err(error) => assert!(text.is_char_boundary(error.at) && !error.message.is_empty()),
    }
});
