# A host that is switched off: it misses nothing, and does not do what is out of date.
{ }:
{
  revisions = {
    v1 = { };
    v2 = { };
  };
  script = ''
    start_fleet(["v1", "v2"])

    web2.shutdown()
    retry(lambda _last: state("web2") not in [None, "present"])
    older = hd("deploy prod/web2 -r v1 --detach").strip()
    newer = hd("deploy prod/web2 -r v2 --detach").strip()

    with subtest("others do not wait for it"):
        deploy("prod/web1 -r v1")

    web2.start()

    with subtest("it runs the newest of what waited"):
        server.wait_until_succeeds(hd_line(f"watch {newer}"))
        assert runs(web2)[0] == "v2"

    with subtest("and says that the other is superseded"):
        errors = {entry["id"]: entry["error"] for entry in history()}
        assert errors[older] == "superseded"

    the_log_is_whole()
  '';
}
