//! A PostgreSQL server of one test's own, which may be stopped, cut and filled.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use super::town::free_address;

/// The server; stopped and removed when it is dropped.
pub(crate) struct Cluster {
    folder: PathBuf,
    /// A file system of its own for the data, when it has one.
    mounted: Option<PathBuf>,
    bin: PathBuf,
    port: u16,
    /// Who runs it: PostgreSQL refuses to run as root.
    user: Option<String>,
}

impl Cluster {
    /// Starts one with everything on the disk.
    pub(crate) fn start() -> Self {
        Self::start_on(None).expect("a cluster that needs no mount")
    }

    /// Starts one whose data, but not its log, lies on a file system of so many MiB. `None` where nothing may be mounted.
    pub(crate) fn start_small(mib: u32) -> Option<Self> {
        Self::start_on(Some(mib))
    }

    fn start_on(mib: Option<u32>) -> Option<Self> {
        let folder = std::env::temp_dir().join(format!("sepet-cluster-{}", super::unique()));
        std::fs::create_dir_all(folder.join("data")).unwrap();
        let mounted = match mib {
            None => None,
            Some(mib) => {
                let data = folder.join("data");
                let size = format!("size={mib}m");
                let mount = Command::new("mount")
                    .args(["-t", "tmpfs", "-o", &size, "tmpfs"])
                    .arg(&data)
                    .output();
                if !mount.is_ok_and(|done| done.status.success()) {
                    std::fs::remove_dir_all(&folder).unwrap();
                    return None;
                }
                Some(data)
            }
        };
        let root = Command::new("id").arg("-u").output().unwrap().stdout.starts_with(b"0\n");
        let cluster = Self {
            bin: bin(),
            port: free_port(),
            user: root.then(|| "postgres".to_owned()),
            mounted,
            folder,
        };
        if let Some(user) = &cluster.user {
            let owner = Command::new("chown").arg("-R").arg(user).arg(&cluster.folder).status();
            assert!(owner.unwrap().success());
            let open = Command::new("chmod").arg("755").arg(&cluster.folder).status();
            assert!(open.unwrap().success());
        }
        let (data, log) = (cluster.data(), cluster.folder.join("wal"));
        let init = cluster
            .run("initdb")
            .args(["-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync"])
            .arg("-D")
            .arg(&data)
            .arg("-X")
            .arg(&log)
            .output()
            .unwrap();
        assert!(init.status.success(), "{}", String::from_utf8_lossy(&init.stderr));
        cluster.control("start", &[]);
        Some(cluster)
    }

    fn data(&self) -> PathBuf {
        self.folder.join("data").join("pg")
    }

    pub(crate) fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    /// Stops it (`fast`, or `immediate` as a crash would) and starts it again.
    pub(crate) fn restart(&self, how: &str) {
        self.control("stop", &["-m", how]);
        self.control("start", &[]);
    }

    /// Takes all room of its file system but so many KiB; removed by [`Cluster::make_room`].
    pub(crate) fn fill_but(&self, kib: u64) {
        let mounted = self.mounted.as_ref().expect("a cluster with a file system of its own");
        let free = Command::new("df").args(["--output=avail", "-k"]).arg(mounted).output().unwrap();
        let free = String::from_utf8(free.stdout).unwrap();
        let free: u64 = free.lines().nth(1).unwrap().trim().parse().unwrap();
        let take = usize::try_from(free.saturating_sub(kib)).unwrap() * 1_024;
        std::fs::write(mounted.join("ballast"), vec![0_u8; take]).unwrap();
    }

    pub(crate) fn make_room(&self) {
        let mounted = self.mounted.as_ref().expect("a cluster with a file system of its own");
        std::fs::remove_file(mounted.join("ballast")).unwrap();
    }

    fn control(&self, act: &str, more: &[&str]) {
        let port = self.port;
        let options = format!(
            "-p {port} -k {} -c listen_addresses=127.0.0.1 -c fsync=off -c full_page_writes=off -c max_connections=60 \
             -c shared_buffers=16MB",
            self.folder.display()
        );
        let mut command = self.run("pg_ctl");
        command.arg("-D").arg(self.data()).arg("-w").args(more);
        if act == "start" {
            command.arg("-l").arg(self.folder.join("log")).args(["-o", &options]);
        }
        // What it starts must not hold the test's output open.
        let done = command.arg(act).stdout(std::process::Stdio::null()).status().unwrap();
        assert!(
            done.success(),
            "pg_ctl {act}: {}",
            std::fs::read_to_string(self.folder.join("log")).unwrap_or_default()
        );
    }

    fn run(&self, program: &str) -> Command {
        let program = self.bin.join(program);
        let Some(user) = &self.user else { return Command::new(program) };
        let mut command = Command::new("setpriv");
        let group = Command::new("id").args(["-g", user]).output().unwrap().stdout;
        let group = String::from_utf8(group).unwrap().trim().to_owned();
        command.args(["--reuid", user, "--regid", &group, "--clear-groups"]).arg(program);
        command.env("HOME", &self.folder).current_dir(&self.folder);
        command
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let _ = self
            .run("pg_ctl")
            .arg("-D")
            .arg(self.data())
            .args(["-m", "immediate", "stop"])
            .stdout(std::process::Stdio::null())
            .status();
        if let Some(mounted) = &self.mounted {
            let _ = Command::new("umount").arg(mounted).status();
        }
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn free_port() -> u16 {
    free_address().rsplit(':').next().unwrap().parse().unwrap()
}

/// Where PostgreSQL's programs lie: `TEST_POSTGRES_BIN`, which `./test` sets, else the newest that is installed.
fn bin() -> PathBuf {
    if let Some(bin) = std::env::var_os("TEST_POSTGRES_BIN") {
        return PathBuf::from(bin);
    }
    let mut found: Vec<PathBuf> = std::fs::read_dir(Path::new("/usr/lib/postgresql"))
        .map(|all| all.filter_map(|one| Some(one.ok()?.path().join("bin"))).collect())
        .unwrap_or_default();
    found.sort();
    found.pop().expect("PostgreSQL is not installed: ./test installs it")
}
