# Who may not, cannot: it is NATS that says so, and nothing of it reaches the log.
{ }:
{
  revisions.v1 = { };
  script = ''
    start_fleet(["v1"])

    with subtest("a tier that is not theirs"):
        is_refused("deploy prod/web1 -r v1", person="bob")

    with subtest("the name of somebody else"):
        is_refused("deploy prod/web1 -r v1 --as alice", person="bob")

    with subtest("the key of a host"):
        is_refused("deploy prod/web2 -r v1 --as web1 --nkey-file /srv/fleet/keys/web1.nk")

    assert history() == []
    assert [runs(host)[0] for host in hosts] == ["none", "none", "none"]

    with subtest("their own tier"):
        deploy("test/lab1 -r v1", person="bob")
        assert runs(lab1)[0] == "v1"
        assert [entry["requester"] for entry in history()] == ["bob"]

    the_log_is_whole()
  '';
}
