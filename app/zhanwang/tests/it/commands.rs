//! The commands as processes, as a person or a script runs them: output, exit codes, files and their modes. The demo is
//! made once and copied; on PostgreSQL the same commands run on a database of the durable test server, because `serve`
//! refuses one that does not sync.

use crate::process::*;
use std::io::{Read as _, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Stdio};

const SHIPPED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../data/divisions-fujian-2023.csv");

#[test]
fn the_demos_figures_are_the_sources() {
    sweep();
    let place = demo("figures");
    let on = |day: &str| place.run(&["figures", "--as-of", day, "--json"]).ok().json();
    let (june, july) = (on("2021-06-09"), on("2021-07-08"));
    for (f, stations, coverage, workers) in [(&june, 624, 56.7, 2026), (&july, 716, 65.1, 2839)] {
        assert_eq!(f["stations_built"], stations);
        assert_eq!(f["coverage_percent"].as_f64(), Some(coverage), "a number, not a text");
        assert_eq!(f["posted_workers"], workers);
        assert_eq!(f["townships_counted"], 1100);
        assert_eq!(f["data_notice"], "演示数据·非官方");
    }
    assert_eq!((july["county_centres"].as_i64(), july["village_rooms"].as_i64()), (Some(26), Some(1351)));
    let none = place.run(&["figures", "--as-of", "1999-01-01", "--json"]).ok().json();
    assert!(none["coverage_percent"].is_null(), "no denominator, no percentage");
    // The demo lives on 8 July 2021: nobody knows the figures of the day after.
    let tomorrow = place.run(&["figures", "--as-of", "2021-07-09"]);
    assert!(
        tomorrow.code == 3 && tomorrow.out.is_empty() && tomorrow.err.contains("has not come yet"),
        "{}",
        tomorrow.err
    );
}

#[test]
fn a_demo_goes_on_and_only_fresh_makes_it_anew() {
    let place = demo("goes_on");
    let passwords = |file: &str| {
        let list: serde_json::Value = serde_json::from_slice(&std::fs::read(place.dir.join(file)).unwrap()).unwrap();
        list.as_array().unwrap().iter().map(|s| (s["login"].to_string(), s["password"].to_string())).collect::<Vec<_>>()
    };
    let remake = |file: &str, fresh: bool| {
        let path = place.dir.join(file);
        let mut args = vec!["demo", "--no-serve", "--credentials-file", path.to_str().unwrap()];
        if fresh {
            args.push("--fresh");
        }
        place.run(&args).ok();
        assert_eq!(mode(&path), 0o600);
    };
    let keeper = ["account", "create-admin", "--login", "keeper", "--role"];
    place.run(&[&keeper[..], &["sys_admin"]].concat()).ok();
    remake("again.json", false);
    let (before, after) = (passwords("sign-ins.json"), passwords("again.json"));
    assert_eq!(before.len(), 14);
    assert!(before.iter().zip(&after).all(|(b, a)| b.0 == a.0 && b.1 != a.1), "the same people, new passwords");
    let taken = place.run(&[&keeper[..], &["audit_admin"]].concat());
    assert_eq!(taken.code, 3, "what the visitor made is still there: {}", taken.out);
    assert!(taken.err.contains("login: ") && !taken.err.contains("login-taken"), "words, not codes: {}", taken.err);
    // While a server runs on it nobody takes the data away, whatever the port.
    let serving = Serving::start(&place, &["serve"]);
    let refused = place.run(&["demo", "--no-serve", "--fresh"]);
    assert_eq!(refused.code, 3);
    assert!(refused.err.contains("stop it first"), "{}", refused.err);
    let same_port = place.run(&["demo", "--fresh", "--port", &serving.1.to_string()]);
    assert_eq!((same_port.code, serving.send("GET", "/login", "").0), (3, 200));
    serving.stop();
    remake("fresh.json", true);
    place.run(&[&keeper[..], &["audit_admin"]].concat()).ok();
    place.run(&["audit", "verify"]).ok();
}

#[tokio::test]
async fn the_demos_clock_never_runs_backwards() {
    let place = demo("clock");
    let start = zw_core::Stamp::from_cn(zw_core::Day::new(2021, 7, 8).unwrap(), 9, 0);
    let now = async || {
        let wired = zhanwang::wire::existing(&place.config()).await.unwrap();
        let at = wired.app.clock.now();
        wired.app.db.close().await;
        at
    };
    let first = now().await;
    assert!(first >= start && first < start.plus_minutes(5), "a new demo begins at nine");
    // A visitor was there until the next day.
    place.attack(&["UPDATE session SET last_seen_at=0"]).await;
    let until =
        "INSERT INTO draft(account_id,key,body,updated_at) SELECT id,'x',x'00',1625790000000 FROM account LIMIT 1";
    place.attack(&[until]).await;
    let later = now().await.ms();
    assert!((1_625_790_000_000..1_625_790_300_000).contains(&later), "it goes on from the last act: {later}");
}

#[test]
fn a_backup_while_serving_comes_back_whole() {
    // Divisions are data enough, and sealing is slow in an unoptimised build.
    for place in [Place::sqlite("backup"), Place::postgres("backup")] {
        place.run(&["divisions", "import", SHIPPED]).ok();
        let serving = Serving::start(&place, &["serve"]);
        let (file, key) = (place.dir.join("b.zwb"), place.dir.join("saved.key"));
        let (file_s, key_s) = (file.to_str().unwrap(), key.to_str().unwrap());
        let told = place.run(&["backup", "--out", file_s]).ok().out;
        place.run(&["key", "export", key_s]).ok();
        serving.stop();
        assert_eq!((mode(&file), mode(&key)), (0o600, 0o400));
        assert!(!place.dir.join("secrets/backup.part").exists(), "no clear copy stays");
        place.run(&["restore", "--from", file_s, "--verify"]).ok();
        let figures = place.run(&["figures", "--as-of", "2021-07-08", "--json"]).ok().out;

        let new = if place.url.is_empty() { Place::sqlite("restored") } else { Place::postgres("restored") };
        let nothing = new.run(&["restore", "--from", file_s]);
        assert_eq!(nothing.code, 3, "without the key nothing is restored: {told}");
        std::fs::create_dir_all(new.dir.join("secrets")).unwrap();
        std::fs::set_permissions(new.dir.join("secrets"), std::fs::Permissions::from_mode(0o700)).unwrap();
        std::fs::copy(&key, new.dir.join("secrets/master.key")).unwrap();
        new.run(&["restore", "--from", file_s]).ok();
        assert_eq!(new.run(&["figures", "--as-of", "2021-07-08", "--json"]).ok().out, figures);
        new.run(&["audit", "verify"]).ok();
        assert_eq!(new.run(&["restore", "--from", file_s]).code, 3, "never over data");
        if new.url.is_empty() {
            assert_eq!((mode(&new.dir), mode(&new.file())), (0o700, 0o600));
        }
    }
}

#[tokio::test]
async fn exit_codes_tell_findings_from_failures() {
    for place in [demo("codes"), Place::postgres("codes")] {
        place.run(&["migrate"]).ok();
        place.run(&["account", "create-admin", "--login", "first"]).ok();
        assert_eq!(place.run(&["audit", "verify"]).code, 0);
        assert_eq!(place.run(&["nonsense"]).code, 3);
        // Another installation's key is no altered audit log.
        let (key, saved) = (place.dir.join("secrets/master.key"), place.dir.join("secrets/saved"));
        std::fs::rename(&key, &saved).unwrap();
        std::fs::write(&key, [7; 32]).unwrap();
        std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o400)).unwrap();
        for command in [["audit", "verify"], ["cells", "rebuild"]] {
            let other = place.run(&command);
            assert_eq!(other.code, 3, "{}", other.out);
            assert!(other.err.contains("key"), "{}", other.err);
        }
        std::fs::rename(&saved, &key).unwrap();
        // A server that was stopped in order leaves everything anchored; without the file nothing is proven.
        Serving::start(&place, &["serve"]).stop();
        assert_eq!(place.run(&["audit", "verify"]).code, 0);
        let anchors = place.dir.join("audit-anchors.jsonl");
        assert_eq!(mode(&anchors), 0o600);
        let gone = place.run(&["audit", "verify", "--anchors", "/nonexistent/anchors"]);
        assert_eq!(gone.code, 3, "{}", gone.out);
        place.attack(&["DELETE FROM audit_checkpoint WHERE seq=(SELECT MAX(seq) FROM audit_checkpoint)"]).await;
        assert_eq!(place.run(&["audit", "verify", "--anchors", anchors.to_str().unwrap()]).code, 2);
        place.attack(&["UPDATE audit_event SET actor_name='somebody else' WHERE seq=2"]).await;
        assert_eq!(place.run(&["audit", "verify"]).code, 1);
        place.attack(&["DELETE FROM audit_event WHERE seq=2"]).await;
        assert_eq!(place.run(&["audit", "verify"]).code, 2);
    }
    let nowhere = Place::sqlite("nowhere");
    for command in [&["audit", "verify"][..], &["cells", "rebuild"], &["doctor"], &["figures"]] {
        assert_eq!(nowhere.run(command).code, 3, "{command:?}");
    }
    assert!(!nowhere.dir.exists(), "a mistyped folder is not made");
    let unreachable =
        nowhere.command(&["audit", "verify"]).env("DATABASE_URL", "postgres://zw@127.0.0.1:1/zw").output();
    assert_eq!(unreachable.unwrap().status.code(), Some(3));
}

#[tokio::test]
async fn cells_are_what_the_records_say() {
    let place = demo("cells");
    assert!(place.run(&["cells", "rebuild"]).ok().out.contains(" 0 differed"));
    place.attack(&["UPDATE cell SET value=value+1 WHERE rowid=(SELECT MIN(rowid) FROM cell)"]).await;
    let found = place.run(&["cells", "rebuild"]);
    assert!(found.code == 1 && found.out.contains(" 1 differed"), "{}", found.out);
    place.run(&["cells", "rebuild"]).ok();
}

#[test]
fn a_circular_is_a_draft_until_its_month_is_frozen() {
    let place = demo("circular");
    let out = place.dir.join("papers");
    for (month, draft) in [("2021-06", true), ("2021-05", false)] {
        place.run(&["circular", "--month", month, "--out", out.to_str().unwrap()]).ok();
        let file = |end: &str| out.join(format!("circular-{month}.{end}"));
        let words = |tool: &str, args: &[&str]| {
            let done = Command::new(tool).args(args).output().unwrap();
            assert!(done.status.success(), "{tool}");
            String::from_utf8_lossy(&done.stdout).into_owned()
        };
        let pdf = words("pdftotext", &[file("pdf").to_str().unwrap(), "-"]);
        let zip = |path: &Path| {
            let mut zip = zip::ZipArchive::new(std::fs::File::open(path).unwrap()).unwrap();
            let mut all = String::new();
            for i in 0..zip.len() {
                let mut bytes = vec![];
                zip.by_index(i).unwrap().read_to_end(&mut bytes).unwrap();
                all.push_str(&String::from_utf8_lossy(&bytes));
            }
            all
        };
        let (docx, xlsx) = (zip(&file("docx")), zip(&file("xlsx")));
        for (what, text) in [("pdf", pdf.replace(char::is_whitespace, "")), ("docx", docx)] {
            assert_eq!(text.contains("草稿"), draft, "{what} of {month}");
            assert!(text.contains("演示数据"), "{what} of {month}");
        }
        assert!(xlsx.contains("演示数据"), "{month}");
    }
    let early = place.run(&["circular", "--month", "2031-01", "--out", out.to_str().unwrap()]);
    assert_eq!(early.code, 3);
    assert!(early.err.contains("month: This month has not begun"), "{}", early.err);
}

#[test]
fn divisions_are_imported_whole_or_not_at_all() {
    for place in [Place::sqlite("divisions"), Place::postgres("divisions")] {
        place.run(&["migrate"]).ok();
        let broken = place.dir.join("broken.csv");
        let text = std::fs::read_to_string(SHIPPED).unwrap();
        std::fs::write(&broken, text + "35,短,township,350121000000\n359999999999,没有上级,township,359999000000\n")
            .unwrap();
        let refused = place.run(&["divisions", "import", broken.to_str().unwrap()]);
        assert_eq!(refused.code, 1, "{}{}", refused.out, refused.err);
        assert!(refused.out.contains("line ") && refused.out.contains("nothing was imported"), "{}", refused.out);
        let counted = || place.run(&["figures", "--json"]).ok().json()["townships_counted"].as_i64();
        assert_eq!(counted(), Some(0));
        place.run(&["divisions", "import", SHIPPED]).ok();
        assert_eq!(counted(), Some(1106));
        assert_eq!(place.run(&["divisions", "import", "/nonexistent.csv"]).code, 3);
    }
}

#[test]
fn the_first_administrators_link_works_once() {
    for place in [Place::sqlite("admin"), Place::postgres("admin")] {
        let link = place.run(&["account", "create-admin", "--login", "keeper"]).ok().out;
        let code = link.lines().next().unwrap().split_once("token=").unwrap().1.to_owned();
        let serving = Serving::start(&place, &["serve"]);
        let form = format!("code={code}&password=xuanhuang-tiandi-77&repeat=xuanhuang-tiandi-77");
        let (first, answer) = serving.send("POST", "/activate", &form);
        assert_eq!(first, 303, "{answer}");
        assert_eq!(serving.send("POST", "/activate", &form).0, 410);
        serving.stop();
        let wrong = place.run(&["account", "create-admin", "--login", "k", "--role", "prov_admin"]);
        assert_eq!(wrong.code, 3);
    }
}

#[test]
fn only_the_owner_looks_into_the_data() {
    let place = demo("modes");
    let doctor = place.run(&["doctor"]).ok().out;
    for line in ["files: only the owner", "synchronous=2", "journal_mode=wal", "secure_delete=1"] {
        assert!(doctor.contains(line), "{line} in {doctor}");
    }
    assert_eq!((mode(&place.dir), mode(&place.file())), (0o700, 0o600));
    assert_eq!(mode(&place.dir.join("secrets/master.key")), 0o400);
    for (path, loose) in [(place.dir.clone(), 0o755), (place.file(), 0o644)] {
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(loose)).unwrap();
    }
    let found = place.run(&["doctor"]);
    assert!(found.code == 1 && found.out.contains("mode 755") && found.out.contains("mode 644"), "{}", found.out);
    place.run(&["doctor"]).ok();
    let serving = Serving::start(&place, &["serve"]);
    assert!(
        mode(&place.dir) == 0o700 && mode(&place.file()) == 0o600 && mode(&place.dir.join("zhanwang.db-wal")) == 0o600
    );
    serving.stop();
    std::fs::set_permissions(place.dir.join("secrets"), std::fs::Permissions::from_mode(0o750)).unwrap();
    let refused = place.run(&["figures"]);
    assert!(refused.code == 3 && refused.err.contains("750"), "{}", refused.err);
}

#[test]
fn durability_of_a_server_is_read_back() {
    let place = Place::postgres("doctor");
    place.run(&["migrate"]).ok();
    let told = place.run(&["doctor"]).out;
    for line in [
        "ok    durability: fsync=on",
        "ok    durability: full_page_writes=on",
        "ok    durability: synchronous_commit=on",
    ] {
        assert!(told.contains(line), "{told}");
    }
}

/// security.md: on PostgreSQL the role that serves has no UPDATE or DELETE on the audit tables.
#[test]
fn the_serving_role_cannot_rewrite_the_audit_log() {
    let place = Place::postgres("roles");
    place.run(&["migrate"]).ok();
    let role = unique("role");
    psql(&format!("CREATE ROLE {role} LOGIN"));
    let script = place.run(&["print", "pg-roles", "--app", &role]).ok().out;
    let on = |url: &str, statement: &str| {
        let mut command = Command::new("psql");
        command.args(["--quiet", "--no-psqlrc", "--set", "ON_ERROR_STOP=1", url]);
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        child.stdin.take().unwrap().write_all(statement.as_bytes()).unwrap();
        child.wait().unwrap().success()
    };
    assert!(on(&place.url, &script));
    assert!(place.run(&["doctor"]).out.contains("NOTE  audit rights"), "the owner may");
    let url = place.url.replace("zw@", &format!("{role}@"));
    let mut serving = place.command(&["doctor"]);
    let told = String::from_utf8(serving.env("DATABASE_URL", &url).output().unwrap().stdout).unwrap();
    assert!(told.contains("ok    audit rights"), "{told}");
    let mut admin = place.command(&["account", "create-admin", "--login", "first"]);
    assert!(admin.env("DATABASE_URL", &url).output().unwrap().status.success(), "it does its work all the same");
    for statement in [
        "UPDATE audit_event SET actor_name='x'",
        "DELETE FROM audit_event",
        "TRUNCATE audit_event",
        "DELETE FROM audit_checkpoint",
        "UPDATE audit_checkpoint SET ts_us=0",
        "CREATE TABLE x(y INT)",
    ] {
        assert!(!on(&url, statement), "{statement}");
    }
    assert!(on(&url, "SELECT 1 FROM audit_event"));
    place.run(&["audit", "verify"]).ok();
    assert!(on(&place.url, &format!("DROP OWNED BY {role}; DROP ROLE {role}")));
    assert_eq!(place.run(&["print", "pg-roles", "--app", "x; DROP"]).code, 3);
}

/// The recipe of docs/API.md, as it stands there; and what it says of a write that names no origin.
#[test]
fn the_example_of_the_api_works_as_it_stands() {
    const API: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/API.md"));
    let place = demo("recipe");
    let keys = place.dir.join("keys.json");
    place.run(&["demo", "--no-serve", "--credentials-file", keys.to_str().unwrap()]).ok();
    let list: serde_json::Value = serde_json::from_slice(&std::fs::read(&keys).unwrap()).unwrap();
    let county = list.as_array().unwrap().iter().find(|s| s["login"] == "county").unwrap();
    let serving = Serving::start(&place, &["serve"]);
    let example = API.split_once("```sh\n").unwrap().1.split_once("```").unwrap().0;
    let run = |lines: &str| {
        let mut sh = Command::new("sh");
        sh.args(["-eu", "-c", lines]).current_dir(&place.dir);
        sh.env("ZHANWANG", format!("http://127.0.0.1:{}", serving.1)).env("LOGIN", "county");
        let done = sh.env("PASSWORD", county["password"].as_str().unwrap()).output().unwrap();
        (done.status.success(), String::from_utf8(done.stdout).unwrap(), String::from_utf8(done.stderr).unwrap())
    };
    let (went, out, err) = run(example);
    assert!(went, "{out}{err}");
    let found: serde_json::Value = serde_json::from_str(&out).unwrap_or_else(|e| panic!("{e}: {out}"));
    assert!(!found["units"]["items"].as_array().unwrap().is_empty(), "{out}");
    let origin = "--header \"Origin: $ZHANWANG\" ";
    assert!(example.contains(origin));
    for other in ["", "--header \"Origin: https://elsewhere.example\" "] {
        let (went, _, err) = run(&example.replace(origin, other));
        assert!(!went && err.contains("403"), "{other}: {err}");
    }
    serving.stop();
}

/// `zhanwang figures --json | head -1`: the reader goes, the command ends quietly with its own exit code.
#[test]
fn a_reader_who_goes_is_no_failure() {
    let place = Place::sqlite("pipe");
    place.run(&["migrate"]).ok();
    let broken = place.dir.join("broken.csv");
    std::fs::write(&broken, "code,name,level,parent_code\n35000000000x,福建省,province,\n").unwrap();
    let broken = broken.to_str().unwrap();
    for (args, code) in [
        (&["figures", "--json"][..], 0),
        (&["print", "openapi"], 0),
        (&["print", "routes"], 0),
        (&["audit", "verify"], 0),
        (&["divisions", "import", broken], 1),
    ] {
        let mut child = place.command(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let done = child.wait_with_output().unwrap();
        assert_eq!(
            (done.status.code(), String::from_utf8(done.stderr).unwrap().as_str()),
            (Some(code), ""),
            "{args:?}"
        );
    }
    // What could not be written although somebody wants it is a failure.
    let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
    let done = place.command(&["figures", "--json"]).stdout(full).output().unwrap();
    let err = String::from_utf8(done.stderr).unwrap();
    assert!(done.status.code() == Some(3) && err.starts_with("zhanwang: standard output: "), "{err}");
}

/// What is wrong with a file of divisions is said in sentences, in the terminal's language.
#[test]
fn a_refused_file_is_told_in_words() {
    let place = Place::sqlite("words");
    std::fs::create_dir_all(&place.dir).unwrap();
    let file = place.dir.join("broken.csv");
    std::fs::write(
        &file,
        "code,name,level,parent_code\n35000000000x,福建省,province,\n350100000000,福州市,city,360000000000\n",
    )
    .unwrap();
    for (lang, want) in [
        (
            "C",
            [
                "line 2, column code: Not a 12-digit code of that level",
                "The file has 2 problems; nothing was imported.",
            ],
        ),
        ("zh_CN.UTF-8", ["第 2 行 code 列：代码不是该层级的 12 位代码", "文件有 2 处问题，没有导入任何内容。"]),
    ] {
        let mut c = place.command(&["divisions", "import", file.to_str().unwrap()]);
        let done = c.env("LC_ALL", lang).output().unwrap();
        let out = String::from_utf8(done.stdout).unwrap();
        assert_eq!(done.status.code(), Some(1), "{out}");
        assert!(want.iter().all(|w| out.contains(w)) && !out.contains("code_shape"), "{out}");
    }
    let other = place.command(&["figures"]).env("DATABASE_URL", "mysql://zw:geheim@db/zw").output().unwrap();
    let err = String::from_utf8(other.stderr).unwrap();
    assert!(
        other.status.code() == Some(3)
            && err.contains("mysql")
            && err.contains("PostgreSQL")
            && !err.contains("geheim"),
        "{err}"
    );
}
