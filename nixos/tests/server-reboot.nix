# The machine of the NATS server is rebooted while nobody asks for anything; and the server is killed while a deployment is
# under way, and away for ten seconds.
{ }:
{
  revisions = {
    v1 = { };
    v2 = { };
  };
  script = ''
    start_fleet(["v1", "v2"])


    def come_back():
        server.start()
        server.wait_for_unit("nats.service")
        server.wait_for_open_port(4222)
        server.wait_for_open_port(80)
        for host in hosts:
            retry(is_present(host.name))


    deploy("prod/all -r v1")
    before = history()

    with subtest("a reboot: the log is as it was, and the hosts are there again"):
        server.shutdown()
        come_back()
        assert history() == before
        deploy("test/lab1 -r v1")

    with subtest("killed: what was asked for is done, and reported"):
        request = hd("deploy prod/all -r v2 --detach").strip()
        server.succeed("systemctl kill --signal=KILL nats.service")
        server.wait_until_succeeds(hd_line(f"watch {request}"))
        assert [runs(host)[0] for host in [web1, web2]] == ["v2", "v2"]

    the_log_is_whole()
  '';
}
