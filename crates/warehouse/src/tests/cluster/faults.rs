//! What goes wrong on a cluster, and who may look into it.

use ballista_core::serde::protobuf::{GetJobStatusParams, scheduler_grpc_client::SchedulerGrpcClient};
use tonic::{Status, transport::Endpoint};

use super::*;

/// A query that works for seconds, on rows of files.
fn long(numbers: u64) -> String {
    format!(
        "select count(*), sum(s.value) from deal d, generate_series(1, {numbers}) s where s.value % 7 < length(d.name)"
    )
}

#[test]
fn an_executor_that_is_killed_in_the_middle_is_done_without() {
    let house = House::sqlite();
    fill(&house);
    let mut cluster = Cluster::start(&house);
    let (here, there) = (house.warehouse(), cluster.warehouse(&house));
    let sql = "select a.stage, count(*) from deal a join deal b on a.company = b.company, generate_series(1, 2000) s
        where s.value % 7 < length(a.name || b.name) group by a.stage order by 1";
    let wanted = rows(&here, sql);
    let asked = std::thread::spawn({
        let there = Arc::clone(&there);
        move || rows(&there, sql)
    });
    wait_until("no stage is done", || !cluster.jobs(0).is_empty());
    cluster.executors[0].kill();
    assert_eq!(asked.join().unwrap(), wanted);
    assert_eq!(rows(&there, sql), wanted);
    // Another one in its place finds what the dead one left, and removes it.
    let left = entries(&cluster.work(0));
    cluster.executors[0] = cluster.executor(&house, 0);
    assert!(left.iter().all(|folder| !folder.join("shuffle").exists()));
    assert_eq!(rows(&there, sql), wanted);
}

#[test]
fn a_cluster_stops_working_for_whoever_stops_listening() {
    let house = House::sqlite();
    fill(&house);
    let cluster = Cluster::start(&house);
    let there = cluster.warehouse(&house);
    let cancel = Cancel::default();
    let asked = std::thread::spawn({
        let (there, cancel) = (Arc::clone(&there), cancel.clone());
        move || there.query(&Asking::of(Principal::system()), &long(1_000_000_000), 10, &cancel)
    });
    wait_until("nothing has begun", || !cluster.is_clean());
    cancel.cancel();
    assert!(matches!(asked.join().unwrap(), Err(Error::Cancelled)));
    // Both cores would be taken otherwise.
    assert_eq!(rows(&there, "select count(*) from deal"), ["69"]);

    let options = Options {
        cluster: Some(cluster.config.clone()),
        patience: Duration::from_millis(500),
        ..house.options()
    };
    let hurried = Arc::new(Warehouse::open(&house.engine, options).unwrap());
    assert!(matches!(ask_as(&hurried, &Principal::system(), &long(1_000_000_000)), Err(Error::Limit(_))));
    assert_eq!(rows(&there, "select count(*) from deal"), ["69"]);
    wait_until("what jobs left is still there", || cluster.is_clean());
}

#[test]
fn a_cluster_that_is_not_as_it_should_be_says_so() {
    let house = House::sqlite();
    fill(&house);
    let mut cluster = Cluster::without_executors(&house);
    let there = cluster.warehouse(&house);
    let refused = |there: &Arc<Warehouse>, word: &str| {
        let error = ask_as(there, &Principal::system(), "select count(*) from deal").unwrap_err();
        assert!(matches!(&error, Error::Cluster(why) if why.contains(word)), "{error}");
    };
    refused(&there, "no executor");
    // What reads no files needs no cluster.
    assert_eq!(rows(&there, "select count(*) > 0 from country"), ["true"]);
    cluster.executors.push(cluster.executor(&house, 0));
    assert_eq!(rows(&there, "select count(*) from deal"), ["69"]);

    let strange = ClusterConfig { key: house.folder.path().join("other.key"), ..cluster.config.clone() };
    let options = Options { cluster: Some(strange), ..house.options() };
    refused(&Arc::new(Warehouse::open(&house.engine, options).unwrap()), "key");

    cluster.scheduler.kill();
    refused(&there, "cannot be reached");
}

#[test]
fn what_stages_hand_on_is_for_the_executor_alone() {
    use std::os::unix::fs::PermissionsExt;
    let house = House::sqlite();
    let cluster = Cluster::start(&house);
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&cluster.config.key), 0o600);
    let own = entries(&cluster.work(0)).into_iter().find(|entry| entry.is_dir()).unwrap();
    assert_eq!([mode(&own), mode(&own.join("shuffle")), mode(&own.join("spill"))], [0o700; 3]);
}

#[test]
fn a_query_that_wants_all_memory_of_an_executor_is_told_so() {
    let house = House::sqlite();
    fill(&house);
    let cluster = Cluster::start(&house);
    let there = cluster.warehouse(&house);
    let greedy = "select length(string_agg(d.name || s.value, ',')), array_length(array_agg(d.name || s.value)) from deal d, generate_series(1, 100000) s";
    let told = ask_as(&there, &Principal::system(), greedy);
    assert!(matches!(told, Err(Error::Memory)), "{told:?}");
    assert_eq!(rows(&there, "select count(*) from deal"), ["69"]);
}

#[test]
fn a_process_of_another_version_or_without_the_key_is_refused() {
    let house = House::sqlite();
    let cluster = Cluster::without_executors(&house);
    let key = std::fs::read_to_string(&cluster.config.key).unwrap();
    let asked = async |name: String| -> Status {
        let address = format!("http://{}", cluster.config.scheduler);
        let endpoint = Endpoint::from_shared(address).unwrap().user_agent(name).unwrap();
        let mut scheduler = SchedulerGrpcClient::new(endpoint.connect().await.unwrap());
        scheduler.get_job_status(GetJobStatusParams { job_id: "1".to_owned() }).await.unwrap_err()
    };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let told = |name: String| runtime.block_on(asked(name)).message().to_owned();
    let other = told(format!("rapport/0.0.0 {key}"));
    assert!(other.contains("0.0.0") && other.contains(env!("CARGO_PKG_VERSION")), "{other}");
    for name in ["rapport/0.0.0".to_owned(), format!("rapport/0.0.0 {key}x"), "other".to_owned()] {
        assert!(told(name).contains("key"));
    }
}
