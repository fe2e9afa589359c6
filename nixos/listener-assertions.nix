# What options of the listener, each good by itself, say together. Each sentence says what to do.
{ lib, types, at, cfg }:
let
  ms = types.millis;
  verify = if cfg.verifyTimeout == null then 180 else cfg.verifyTimeout;
  within = inner: outer: limit: {
    assertion = cfg.${inner} == null || ms cfg.${inner} <= ms limit;
    message = "${at}.${inner} (${toString cfg.${inner}}) is longer than ${outer} (${toString limit}), which it is a part of. Make it shorter, or ${outer} longer.";
  };

  kinds = check: lib.filter (kind: check.${kind} != null) [ "command" "tcp" "http" ];
  checkAssertions = name: check: [
    {
      assertion = builtins.length (kinds check) == 1;
      message = "${at}.healthChecks.\"${name}\" has ${if kinds check == [ ] then "none" else lib.concatStringsSep " and " (kinds check)} of command, tcp and http; give exactly one.";
    }
    {
      assertion = check.status == null || check.http != null;
      message = "${at}.healthChecks.\"${name}\".status belongs to http; leave it out.";
    }
    {
      assertion = builtins.match "[A-Za-z0-9][A-Za-z0-9 ._-]{0,62}" name != null;
      message = "${at}.healthChecks: \"${name}\" is not a name of letters, digits, blanks, . _ and -, at most 63; give it another.";
    }
  ];
in
[
  (within "resolveTimeout" "timeout" cfg.timeout)
  (within "buildTimeout" "timeout" cfg.timeout)
  (within "activateTimeout" "timeout" cfg.timeout)
  (within "verifyTimeout" "timeout" cfg.timeout)
  (within "confirmTimeout" "verifyTimeout" verify)
  {
    assertion = builtins.match "(git\\+)?https?://[^/]*@.*" cfg.flakeUrl == null;
    message = "${at}.flakeUrl has a user or a password in it, and stands in a file that everyone can read. Leave it out and give gitCredentialsFile.";
  }
  {
    assertion = builtins.length (lib.attrNames cfg.healthChecks) <= 32;
    message = "${at}.healthChecks: at most 32 are kept with a deployment; take some out, or let one command check several things.";
  }
  {
    assertion = !(lib.any (name: cfg.environment ? ${name}) [ "NOTIFY_SOCKET" "WATCHDOG_USEC" "CREDENTIALS_DIRECTORY" "HOME" ]);
    message = "${at}.environment sets a variable that belongs to systemd or to the unit (NOTIFY_SOCKET, WATCHDOG_USEC, CREDENTIALS_DIRECTORY, HOME); take it out.";
  }
] ++ lib.concatLists (lib.mapAttrsToList checkAssertions cfg.healthChecks)
