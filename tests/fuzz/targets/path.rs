//! SCIM paths: what is read is printed and read back.
#![no_main]

use scimhook::scim::path::Path;
use scimhook_fuzz::planted;

libfuzzer_sys::fuzz_target!(|text: &str| {
    match Path::parse(text) {
        Ok(path) => {
            assert_eq!(Path::parse(&path.to_string()).as_ref(), Ok(&path));
            assert!(path.same(&path) && path.same_top(&path.whole()));
            if !path.filter.is_empty() {
                planted(path.sub.as_deref().unwrap_or(""));
            }
        }
        Err(error) => assert!(text.is_char_boundary(error.at) && !error.message.is_empty()),
    }
});
