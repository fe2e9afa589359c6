# What each action changes: what runs, what will boot, both or neither.
{ pkgs }:
{
  revisions = {
    v1 = { };
    v2.systemd.services.greeting = {
      wantedBy = [ "multi-user.target" ];
      serviceConfig = {
        Type = "oneshot";
        RemainAfterExit = true;
        ExecStart = "${pkgs.coreutils}/bin/true";
      };
    };
  };
  script = ''
    start_fleet(["v1", "v2"])

    with subtest("switch: a whole tier runs it and will boot it, and nobody else does"):
        ended = deploy("prod/all -r v1")
        for host in [web1, web2]:
            closure = ended[host.name]["last"]["closure"]
            assert runs(host) == ("v1", closure)
            assert boots(host) == closure
        assert runs(lab1)[0] == "none"

    with subtest("dry-activate: nothing changes"):
        before = runs(web1), boots(web1)
        deploy("prod/web1 -r v2 --action dry-activate")
        assert (runs(web1), boots(web1)) == before
        web1.fail("systemctl is-active greeting.service")

    with subtest("test: it runs, and the next boot is as before"):
        booted = boots(web1)
        closure = deploy("prod/web1 -r v2 --action test")["web1"]["last"]["closure"]
        assert runs(web1) == ("v2", closure)
        assert boots(web1) == booted
        web1.succeed("systemctl is-active greeting.service")

    with subtest("boot: it will boot, and what runs is as before"):
        running = runs(web2)
        closure = deploy("prod/web2 -r v2 --action boot")["web2"]["last"]["closure"]
        assert runs(web2) == running
        assert boots(web2) == closure

    with subtest("a revision that is not there"):
        last = deploy("test/lab1 -r nowhere", code=1)["lab1"]["last"]
        assert last["error"] == "revision_not_found"

    the_log_is_whole()
  '';
}
