# A deployment that replaces the listener which took it; and one that cuts its host off from the log.
{ lib }:
{
  revisions = {
    v1 = { };
    upgrade.services.homelab-deploy.listener.environment.UPGRADED = "yes";
    cut-off.services.homelab-deploy.listener.natsUrl = lib.mkForce "nats://server:1";
  };
  script = ''
    start_fleet(["v1", "upgrade", "cut-off"])
    deploy("prod/web1 -r v1")


    def listener():
        return web1.succeed("systemctl show --property=MainPID --value homelab-deploy-listener.service").strip()


    def environment():
        return web1.succeed(f"tr '\\0' '\\n' < /proc/{listener()}/environ").splitlines()


    with subtest("the new listener reports what the old one began"):
        before = listener()
        assert "UPGRADED=yes" not in environment()
        ended = deploy("prod/web1 -r upgrade")["web1"]
        assert ended["result"] == "completed"
        assert listener() != before
        assert "UPGRADED=yes" in environment()

    with subtest("a host that cannot reach the log any more goes back, and reports then"):
        good = runs(web1), boots(web1)
        last = deploy("prod/web1 -r cut-off", code=1)["web1"]["last"]
        assert last["error"] == "rolled_back"
        assert (runs(web1), boots(web1)) == good
        retry(is_present("web1"))

    the_log_is_whole()
  '';
}
