//! abi.rs: what a guest of the canonical ABI needs when no generator writes it: memory that
//! the host puts values into, and those values as Rust's.
use std::alloc::{alloc, realloc, Layout};

/// CanonicalABI: realloc, of any alignment; the bytes then belong to a Vec (bytes_from).
#[export_name = "cabi_realloc"]
pub unsafe extern "C" fn cabi_realloc(
    old: *mut u8, old_len: usize, align: usize, len: usize,
) -> *mut u8 {
    let result = if len == 0 {
        return align as *mut u8;
    } else if old_len == 0 {
        alloc(Layout::from_size_align_unchecked(len, align))
    } else {
        realloc(old, Layout::from_size_align_unchecked(old_len, align), len)
    };
    if result.is_null() {
        std::process::abort();
    }
    result
}

/// What a string or a list of bytes is: ours from here on.
pub unsafe fn bytes_from(ptr: *mut u8, len: usize) -> Vec<u8> {
    if len == 0 {
        return Vec::new();
    }
    Vec::from_raw_parts(ptr, len, len)
}

/// The filter itself.
pub fn is_kept(line: &str) -> bool {
    line.contains("ERROR") || line.contains("WARN")
}
