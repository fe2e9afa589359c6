# A system that a health check finds sick is left again, for the one before; or stays, where that was asked for.
{ }:
{
  revisions = {
    v1 = { };
    sick = { };
  };
  script = ''
    start_fleet(["v1", "sick"])
    deploy("prod/web1 -r v1")
    good = runs(web1), boots(web1)

    with subtest("the host goes back by itself, and the log says why"):
        last = deploy("prod/web1 -r sick", code=1)["web1"]["last"]
        assert last["status"] == "failed"
        assert last["error"] == "rolled_back"
        assert last["cause"] == "health_check_failed"
        assert (runs(web1), boots(web1)) == good

    with subtest("without a rollback it stays"):
        last = deploy("prod/web1 -r sick --no-rollback", code=1)["web1"]["last"]
        assert last["error"] == "health_check_failed"
        assert runs(web1)[0] == "sick"

    with subtest("a person sends it back"):
        hd("rollback prod/web1 --reason 'it is sick'")
        assert (runs(web1), boots(web1)) == good

    the_log_is_whole()
  '';
}
