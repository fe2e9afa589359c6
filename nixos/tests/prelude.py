# The beginning of every test script: the fleet of ./fleet.nix, set up as docs/running.md says it, and words for what follows.
# `server`, `web1`, `web2`, `lab1` and what they can do come from the test driver.
import json

hosts = [lab1, web1, web2]


def hd_line(words, person="alice"):
    """The command line of a person. The driver's own commands come in by standard input: nobody may read them away."""
    return f"HOMELAB_DEPLOY_CONTEXT=home-{person} hd {words} </dev/null"


def hd(words):
    """Runs hd as alice does, and fails if it fails."""
    return server.succeed(hd_line(words))


def deploy(words, person="alice", code=0):
    """Deploys, waits, and gives what came of it, by host: the `result`, and the `last` record of it in the log."""
    ended, said = server.execute(hd_line(f"deploy {words} --timeout 10m -o json", person))
    assert ended == code, f"hd deploy {words} ended with {ended}: {said}"
    return {host["host"]: host for request in json.loads(said)["requests"] for host in request["hosts"]}


def is_refused(words, person="alice"):
    """The server does not let this person do this."""
    ended, said = server.execute(hd_line(f"{words} 2>&1", person))
    assert ended == 4, f"hd {words} ended with {ended}: {said}"


def publish(revision):
    """Makes a commit of a revision, with a tag of its name."""
    server.succeed(
        f"cp -rL --no-preserve=mode /etc/test/{revision}/. /srv/work/",
        f"cd /srv/work && git add -A && git commit -qm {revision} && git tag {revision}",
        "cd /srv/work && git push -q --tags /srv/git/fleet.git HEAD:main",
        "git -C /srv/git/fleet.git update-server-info",
    )


def make_repository():
    server.succeed(
        "git config --global user.name test && git config --global user.email test@example.org",
        "mkdir -p /srv/git && git init -q --bare -b main /srv/git/fleet.git",
        "git init -q -b main /srv/work",
    )


def hand_over(host):
    """Gives a host its key, and the list of those whose signatures count."""
    host.succeed("install -d -m 0700 /var/lib/keys")
    for name in [f"{host.name}.nk", "trusted-keys.json"]:
        source = f"/srv/fleet/keys/{name}" if name.endswith(".nk") else f"/srv/fleet/{name}"
        text = server.succeed(f"cat {source}").strip()
        host.succeed(f"umask 077; cat > /var/lib/keys/{name} <<'END'\n{text}\nEND")


def state(name):
    """What `hd hosts` says of a host; nothing while it cannot say anything."""
    code, said = server.execute(hd_line("hosts -o json"))
    hosts_now = json.loads(said)["hosts"] if code == 0 else []
    return {host["host"]: host["state"] for host in hosts_now}.get(name)


def is_present(name):
    return lambda _last: state(name) == "present"


def start_listener(host):
    host.wait_for_unit("multi-user.target")
    # As a machine that was installed has it, and one of the test driver has not.
    host.succeed('nix-env --profile /nix/var/nix/profiles/system --set "$(readlink -f /run/current-system)"')
    hand_over(host)
    host.systemctl("start homelab-deploy-listener.service")
    host.wait_for_unit("homelab-deploy-listener.service")


def start_fleet(revisions):
    start_all()
    server.wait_for_unit("multi-user.target")
    make_repository()
    for revision in revisions:
        publish(revision)
    server.succeed("mkdir -p /srv/fleet && cp -L /etc/test/hd.toml /srv/fleet/hd.toml && hd init /srv/fleet")
    server.systemctl("start nats.service")
    server.wait_for_open_port(4222)
    server.wait_for_open_port(80)
    server.succeed("hd streams apply --fleet /srv/fleet")
    for host in hosts:
        start_listener(host)
    for host in hosts:
        retry(is_present(host.name))


def runs(host):
    """The revision of the system that runs, and the path of that system."""
    path = host.succeed("readlink -f /run/current-system").strip()
    return host.succeed("cat /etc/revision").strip(), path


def boots(host):
    return host.succeed("readlink -f /nix/var/nix/profiles/system").strip()


def history():
    """What the log has of deployments, newest first."""
    return json.loads(hd("history -o json"))["deployments"]


def the_log_is_whole():
    hd("verify --fleet /srv/fleet")
