//! lib.rs: the log filter, by wit-bindgen.
wit_bindgen::generate!({ path: "../wit/log-filter.wit" });

struct Plugin;

impl Guest for Plugin {
    fn filter_log(line: String) -> bool {
        line.contains("ERROR") || line.contains("WARN")
    }
}

export!(Plugin);
