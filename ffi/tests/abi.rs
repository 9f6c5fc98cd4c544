//! The C ABI, driven from Rust.

use std::ffi::{CStr, c_char};
use std::fs;
use std::mem::MaybeUninit;
use std::path::PathBuf;
use std::ptr;

use lifestage::*;

const SHIPPED: &str = "china-telecom";

/// What a call through the border gives: its output, or its error.
type Outcome<T> = Result<Box<T>, Box<LifestageError>>;

/// Makes a call with both outputs and takes the one that it has written.
fn outcome<T>(
    call: impl FnOnce(Option<&mut MaybeUninit<Box<T>>>, Option<&mut MaybeUninit<Box<LifestageError>>>) -> LifestageStatus,
) -> Outcome<T> {
    let (mut output, mut error) = (MaybeUninit::uninit(), MaybeUninit::uninit());
    match call(Some(&mut output), Some(&mut error)) {
        // SAFETY: an output is written on success.
        LifestageStatus::Ok => Ok(unsafe { output.assume_init() }),
        status => {
            // SAFETY: an error is written on failure.
            let error = unsafe { error.assume_init() };
            assert_eq!(lifestage_error_status(Some(&error)), status);
            Err(error)
        }
    }
}

fn new(policy: &[u8]) -> Outcome<LifestageEngine> {
    // SAFETY: a slice.
    outcome(|engine, error| unsafe { lifestage_engine_new(policy.as_ptr().cast(), policy.len(), engine, error) })
}

fn open(path: &str) -> Outcome<LifestageEngine> {
    // SAFETY: a slice.
    outcome(|engine, error| unsafe { lifestage_engine_open(path.as_ptr().cast(), path.len(), engine, error) })
}

fn call(engine: &LifestageEngine, operation: &[u8], request: &[u8]) -> Outcome<LifestageText> {
    let (name, name_len) = (operation.as_ptr().cast(), operation.len());
    let (text, text_len) = (request.as_ptr().cast(), request.len());
    // SAFETY: slices.
    outcome(|response, error| unsafe {
        lifestage_engine_call(Some(engine), name, name_len, text, text_len, response, error)
    })
}

fn borrowed<'a>(text: *const c_char) -> &'a str {
    // SAFETY: texts of the border are NUL-terminated and live as long as their handle, which outlives this test's use.
    unsafe { CStr::from_ptr(text) }.to_str().unwrap()
}

fn shown(text: &LifestageText) -> &str {
    let shown = borrowed(lifestage_text_data(Some(text)));
    assert_eq!(shown.len(), lifestage_text_len(Some(text)));
    shown
}

/// Asserts that a call failed with this status, and gives the error as JSON.
fn failed<T>(outcome: Outcome<T>, status: LifestageStatus) -> String {
    let Err(error) = outcome else { panic!("no error, but {status:?} expected") };
    assert_eq!(lifestage_error_status(Some(&error)), status);
    borrowed(lifestage_error_json(Some(&error))).to_owned()
}

#[test]
fn versions_are_those_of_the_library() {
    assert_eq!(lifestage_abi_version(), LIFESTAGE_ABI_VERSION);
    assert_eq!(borrowed(lifestage_version()), lifestage_core::VERSION);
}

#[test]
fn a_call_gives_what_the_engine_gives() {
    let engine = new(SHIPPED.as_bytes()).unwrap();
    let expected = lifestage_core::Engine::open(SHIPPED).unwrap().call("list_operations", "{}").unwrap();
    assert_eq!(shown(&call(&engine, b"list_operations", b"{}").unwrap()), expected);
}

#[test]
fn every_null_is_named() {
    fn named<T>(argument: &str, outcome: Outcome<T>) {
        let json = failed(outcome, LifestageStatus::NullArgument);
        assert!(json.contains(&format!(r#""path":"{argument}""#)), "{json}");
    }
    let engine = Some(&*new(SHIPPED.as_bytes()).unwrap());
    let (text, len) = (SHIPPED.as_ptr().cast(), SHIPPED.len());
    let null = ptr::null();
    // SAFETY: NULL or a slice.
    unsafe {
        named("policy", outcome(|out, error| lifestage_engine_new(null, 0, out, error)));
        named::<LifestageEngine>("out_engine", outcome(|_, error| lifestage_engine_new(text, len, None, error)));
        named("path", outcome(|out, error| lifestage_engine_open(null, 0, out, error)));
        named::<LifestageEngine>("out_engine", outcome(|_, error| lifestage_engine_open(text, len, None, error)));
        named("engine", outcome(|out, error| lifestage_engine_call(None, text, len, text, len, out, error)));
        named("operation", outcome(|out, error| lifestage_engine_call(engine, null, 0, text, len, out, error)));
        named("request", outcome(|out, error| lifestage_engine_call(engine, text, len, null, 0, out, error)));
        let no_response =
            |_: Option<&mut _>, error: Option<&mut _>| lifestage_engine_call(engine, text, len, text, len, None, error);
        named::<LifestageText>("out_response", outcome(no_response));
    }
}

fn customers(engine: &LifestageEngine, params: &[u8]) -> Outcome<LifestageHandle> {
    let (name, params, params_len) = (b"customers", params.as_ptr().cast(), params.len());
    // SAFETY: slices.
    outcome(|handle, error| unsafe {
        lifestage_handle_open(Some(engine), name.as_ptr().cast(), name.len(), params, params_len, handle, error)
    })
}

fn restore(engine: &LifestageEngine, state: &str) -> Outcome<LifestageHandle> {
    // SAFETY: a slice.
    outcome(|handle, error| unsafe {
        lifestage_handle_restore(Some(engine), state.as_ptr().cast(), state.len(), handle, error)
    })
}

fn update(handle: &LifestageHandle, update: &str) -> Outcome<LifestageText> {
    // SAFETY: a slice.
    outcome(|response, error| unsafe {
        lifestage_handle_update(Some(handle), update.as_ptr().cast(), update.len(), response, error)
    })
}

fn query(handle: &LifestageHandle) -> Outcome<LifestageText> {
    // SAFETY: a slice.
    outcome(|response, error| unsafe {
        lifestage_handle_query(Some(handle), b"{}".as_ptr().cast(), 2, response, error)
    })
}

fn serialise(handle: &LifestageHandle) -> Outcome<LifestageText> {
    outcome(|state, error| lifestage_handle_serialise(Some(handle), state, error))
}

#[test]
fn a_handle_gives_what_the_cores_gives_and_goes_on_where_it_was_serialised() {
    const TOLD: &str = r#"{"tables":{"decisions":[{"user_id":"u1","customer_id":"k1","stage":"C"}]}}"#;
    let engine = new(SHIPPED.as_bytes()).unwrap();
    let core = lifestage_core::Engine::open(SHIPPED).unwrap().open_handle("customers", "{}").unwrap();
    let handle = customers(&engine, b"{}").unwrap();
    assert_eq!(shown(&update(&handle, TOLD).unwrap()), core.update(TOLD).unwrap());
    let state = serialise(&handle).unwrap();
    assert_eq!(shown(&state), core.serialise().unwrap());

    let restored = restore(&engine, shown(&state)).unwrap();
    lifestage_handle_free(Some(handle));
    assert_eq!(shown(&query(&restored).unwrap()), core.query("{}").unwrap());
    lifestage_handle_free(Some(restored));
}

#[test]
fn what_a_handle_refuses_has_a_status() {
    let engine = new(SHIPPED.as_bytes()).unwrap();
    let json = failed(customers(&engine, br#"{"as_of":"2024-05-31"}"#), LifestageStatus::Request);
    assert!(json.contains(r#""code":"UNKNOWN_KEY","path":"as_of""#), "{json}");
    failed(customers(&engine, &"策".as_bytes()[..1]), LifestageStatus::InvalidUtf8);
    let json = failed(restore(&engine, "{}"), LifestageStatus::Request);
    assert!(json.contains(r#""code":"INVALID_STATE","path":"state""#), "{json}");
    let handle = customers(&engine, b"{}").unwrap();
    let json = failed(update(&handle, r#"{"tables":7}"#), LifestageStatus::Request);
    assert!(json.contains(r#""code":"WRONG_TYPE","path":"tables""#), "{json}");
}

#[test]
fn null_handles_give_nothing_and_are_freed() {
    assert!(lifestage_text_data(None).is_null());
    assert_eq!(lifestage_text_len(None), 0);
    assert_eq!(lifestage_error_status(None), LifestageStatus::Ok);
    assert!(lifestage_error_json(None).is_null());
    assert!(lifestage_error_message(None, LIFESTAGE_LANGUAGE_ENGLISH).is_null());
    lifestage_text_free(None);
    lifestage_error_free(None);
    lifestage_engine_free(None);
    lifestage_handle_free(None);
}

#[test]
fn a_host_need_not_take_the_error() {
    let mut engine = MaybeUninit::uninit();
    // SAFETY: NULL.
    let status = unsafe { lifestage_engine_new(ptr::null(), 0, Some(&mut engine), None) };
    assert_eq!(status, LifestageStatus::NullArgument);
}

#[test]
fn a_length_no_text_can_have_is_refused_before_it_is_read() {
    let policy = SHIPPED.as_ptr().cast();
    // SAFETY: such a length is never read.
    let opened = outcome(|engine, error| unsafe { lifestage_engine_new(policy, usize::MAX, engine, error) });
    let json = failed(opened, LifestageStatus::InvalidLength);
    assert!(json.contains(r#""code":"INVALID_LENGTH","path":"policy_len","found":"18446744073709551615""#), "{json}");
}

#[test]
fn text_that_is_not_utf8_is_refused_by_name() {
    let engine = new(SHIPPED.as_bytes()).unwrap();
    let cut = &"策略".as_bytes()[..4];
    for (argument, json) in [
        ("policy", failed(new(cut), LifestageStatus::InvalidUtf8)),
        ("operation", failed(call(&engine, cut, b"{}"), LifestageStatus::InvalidUtf8)),
        ("request", failed(call(&engine, b"version", cut), LifestageStatus::InvalidUtf8)),
    ] {
        assert!(json.contains(&format!(r#""code":"INVALID_UTF8","path":"{argument}""#)), "{json}");
    }
}

#[test]
fn a_faulty_policy_and_a_faulty_request_have_a_status_each() {
    let policy = failed(new(b"nam = 1"), LifestageStatus::Policy);
    assert_eq!(policy, lifestage_core::Engine::open("nam = 1").unwrap_err().to_json());

    let engine = new(SHIPPED.as_bytes()).unwrap();
    let request = failed(call(&engine, b"check_polcy", b"{}"), LifestageStatus::Request);
    assert!(request.contains("did you mean `check_policy`?"), "{request}");
}

#[test]
fn every_kind_of_error_has_a_status_of_its_own() {
    let kinds =
        [lifestage_core::ErrorKind::Policy, lifestage_core::ErrorKind::Request, lifestage_core::ErrorKind::Internal];
    let statuses = kinds.map(LifestageStatus::from);
    assert_eq!(statuses, [LifestageStatus::Policy, LifestageStatus::Request, LifestageStatus::Internal]);
}

#[test]
fn messages_are_english_or_chinese_and_hold_no_nul() {
    let engine = new(SHIPPED.as_bytes()).unwrap();
    let Err(error) = call(&engine, b"ver\0sion", b"{}") else { panic!("no error") };
    let english = borrowed(lifestage_error_message(Some(&error), LIFESTAGE_LANGUAGE_ENGLISH));
    assert!(english.contains("there is no operation of this name (found ver\u{FFFD}sion"), "{english}");
    let chinese = borrowed(lifestage_error_message(Some(&error), LIFESTAGE_LANGUAGE_CHINESE));
    assert!(chinese.contains("没有这个名称的操作"), "{chinese}");
    assert_eq!(borrowed(lifestage_error_message(Some(&error), 99)), english);
}

#[test]
fn threads_share_an_engine() {
    let engine = &*new(SHIPPED.as_bytes()).unwrap();
    let expected = shown(&call(engine, b"version", b"{}").unwrap()).to_owned();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..100 {
                    assert_eq!(shown(&call(engine, b"version", b"{}").unwrap()), expected);
                    failed(call(engine, b"vers", b"{}"), LifestageStatus::Request);
                }
            });
        }
    });
}

/// A directory of its own for a test, with these files.
fn directory(test: &str, files: &[(&str, &[u8])]) -> PathBuf {
    let directory = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(test);
    fs::create_dir_all(&directory).unwrap();
    for (name, content) in files {
        fs::write(directory.join(name), content).unwrap();
    }
    directory
}

#[test]
fn a_policy_file_extends_shipped_policies_and_files_beside_it() {
    let city = b"\xEF\xBB\xBFextends = \"province.toml\"\nversion = \"city 3\"\n";
    let province = b"extends = \"china-telecom\"\nname = \"province\"\n";
    let directory = directory("extends", &[("city.toml", city), ("province.toml", province)]);
    let engine = open(directory.join("city.toml").to_str().unwrap()).unwrap();
    let version = call(&engine, b"version", b"{}").unwrap();
    assert!(shown(&version).contains(r#""policy":"province","policy_version":"city 3""#), "{}", shown(&version));
}

#[test]
fn a_policy_file_extends_nothing_outside_its_directory() {
    let policy = b"extends = \"../secret.toml\"\n";
    let directory = directory("outside/inside", &[("city.toml", policy), ("../secret.toml", b"name = \"secret\"\n")]);
    let json = failed(open(directory.join("city.toml").to_str().unwrap()), LifestageStatus::Policy);
    assert!(json.contains(r#""code":"UNKNOWN_POLICY""#) && !json.contains("\"secret\""), "{json}");
}

#[test]
fn faults_of_policy_files_name_the_file_the_line_and_the_column() {
    let faulty: &[(&str, &[u8])] = &[
        ("typo.toml", b"extends = \"base.toml\"\n"),
        ("base.toml", b"extends = \"china-telecom\"\nvershun = \"2\"\n"),
        ("legacy.toml", b"extends = \"gb.toml\"\n"),
        ("gb.toml", b"extends = \"china-telecom\"\nname = \"\xB2\xDF\"\n"),
    ];
    let directory = directory("faults", faulty);
    let faults = |name: &str| failed(open(directory.join(name).to_str().unwrap()), LifestageStatus::Policy);
    let json = faults("typo.toml");
    assert!(json.contains(r#""code":"UNKNOWN_KEY","path":"vershun","file":"base.toml","line":2,"column":"#), "{json}");
    let json = faults("legacy.toml");
    assert!(json.contains(r#"gb.toml","line":2,"column":9,"found":"byte 0xb2","expected":"UTF-8""#), "{json}");
}

#[test]
fn a_file_that_cannot_be_read_is_named() {
    let directory = directory("unreadable", &[("city.toml", b"extends = \"folder\"\n")]);
    fs::create_dir_all(directory.join("folder")).unwrap();
    let unreadable = |name: &str, file: &str| {
        let json = failed(open(directory.join(name).to_str().unwrap()), LifestageStatus::File);
        let fault = format!(r#""code":"UNREADABLE_FILE","path":"{}""#, directory.join(file).display());
        assert!(json.contains(&fault), "{json}");
    };
    unreadable("none.toml", "none.toml");
    unreadable("city.toml", "folder");
}
