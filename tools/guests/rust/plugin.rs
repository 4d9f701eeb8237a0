//! plugin.rs: the log filter, by the canonical ABI as it is.
mod abi;

#[export_name = "filter-log"]
pub unsafe extern "C" fn filter_log(ptr: *mut u8, len: usize) -> i32 {
    let line = String::from_utf8(abi::bytes_from(ptr, len)).unwrap();
    abi::is_kept(&line) as i32
}
