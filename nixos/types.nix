# The types of the options. What the command line of hd would refuse is refused when a configuration is evaluated, in the same
# words (lib/contract, cli/args): a unit that does not start would be found out by a deployment that has to be rolled back.
{ lib }:
let
  inherit (builtins) isInt isList isPath isString match replaceStrings stringLength;
  inherit (lib) all elem hasInfix mkOptionType;

  checked = name: description: check: mkOptionType {
    inherit name description check;
    descriptionClass = "noun";
    merge = lib.mergeEqualOption;
  };
  fits = pattern: value: isString value && match pattern value != null;

  nameRule = "[A-Za-z0-9]([A-Za-z0-9_-]{0,61}[A-Za-z0-9])?";
  named = name: what: reserved: checked name
    "${what} (letters, digits, - and _, at most 63${lib.optionalString (reserved != [ ]) ", not ${lib.concatStringsSep " or " reserved}"})"
    (value: fits nameRule value && !elem value reserved);
  reservedTiers = [ "responses" "discover" "build" ];

  # Milliseconds of 90, "90", "90s", "15m", "1h" or "7d"; null for anything else.
  millis = value:
    let
      parts = if isString value then match "([0-9]{1,9})([smhd]?)" value else null;
      unit = { "" = 1000; s = 1000; m = 60000; h = 3600000; d = 86400000; };
    in
    if isInt value then value * 1000
    else if parts == null then null
    else lib.toIntBase10 (builtins.elemAt parts 0) * unit.${builtins.elemAt parts 1};
  # What timers can hold.
  mostMs = 2147483647;
  durationFrom = leastMs: words: checked "duration" words
    (value: let ms = millis value; in ms != null && ms >= leastMs && ms <= mostMs);

  port = text: let n = match ".*:([0-9]{1,5})" text; in n != null && lib.toIntBase10 (builtins.head n) <= 65535;

  token = "[A-Za-z0-9_-]{1,63}";
  isTemplate = value:
    isString value && (
      let filled = replaceStrings [ "<hostname>" "<tier>" "<role>" ] [ "x" "x" "x" ] value; in
      match "deploy(\\.${token}){2,7}" filled != null
      && all (tier: !lib.hasPrefix "deploy.${tier}." filled) reservedTiers
      && stringLength filled <= 255
    );

  seed = ".*S[ACNOUX][A-Z2-7]{56}.*";
  flakeForms = [
    "git\\+(https?|ssh)://([A-Za-z0-9_][^@/?]*@)?([A-Za-z0-9_][A-Za-z0-9_.-]*|\\[[0-9a-fA-F:]+])(:[0-9]{1,5})?/[^?]+(\\?.*)?"
    "git\\+file:///[^?]+(\\?.*)?"
    "https?://[^?]+\\.git(\\?.*)?"
    "ssh://[^?]+(\\?.*)?"
    "[A-Za-z0-9_][A-Za-z0-9_.-]*@[A-Za-z0-9][A-Za-z0-9_.-]*:/?[^/].*"
  ];
  isFlakeUrl = value:
    fits "[!-~]{1,2000}" value
    && all (sign: !hasInfix sign value) [ "$" "#" "\"" "'" "\\" "`" "<" ">" "^" "{" "|" "}" ]
    && lib.any (form: match form value != null) flakeForms
    && match ".*[?&](ref|rev|narHash|lastModified|revCount)=.*" value == null;
in
rec {
  # Why something is so, for people.
  reason = checked "reason" "a sentence without line ends, at most 1000 characters"
    (value: fits "[^[:cntrl:]]*[^[:cntrl:][:space:]][^[:cntrl:]]*" value && stringLength value <= 1000);

  inherit millis;

  hostName = named "hostName" "a host name" [ "all" "role" ];
  tier = named "tier" "a tier" reservedTiers;
  role = named "role" "a role" [ ];
  requester = named "requester" "a requester's name" [ ];
  repo = named "repo" "a repository's name" [ ];

  duration = durationFrom 1000
    "a duration such as 90s, 15m or 1h, at least 1s and at most 24d (a bare number is seconds)";
  durationOrNever = durationFrom 0
    "a duration such as 90s, 15m or 1h, at most 24d (a bare number is seconds; 0 is never)";

  natsUrl = checked "natsUrl"
    "a NATS server such as nats://127.0.0.1:4222, tls://nats.example.org or host:port, without a user, password or seed"
    (value: fits "((nats|tls)://)?[^][:space:]/@?#[]+|((nats|tls)://)?\\[[0-9a-fA-F:.]+](:[0-9]{1,5})?" value && match seed value == null);

  template = checked "template"
    "a template of a subject such as deploy.<tier>.<hostname>, with no other variables than <hostname>, <tier> and <role>"
    isTemplate;
  subject = checked "subject" "a subject without wildcards, such as deploy.discover"
    (fits "[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*");

  address = checked "address" "address:port, such as 127.0.0.1:9473 or [::1]:9473"
    (value: fits "([A-Za-z0-9._-]+|\\[[0-9a-fA-F:.]+]):[0-9]{1,5}" value && port value);
  portOf = value: lib.toIntBase10 (lib.last (lib.splitString ":" value));

  flakeUrl = checked "flakeUrl"
    "a git repository: git+https://…, git+ssh://…, git+file:///…, https://….git, ssh://… or user@host:path, without ref or rev (the revision comes with each request)"
    isFlakeUrl;

  # Over http a user alone may be a token.
  repoUrl = checked "repoUrl"
    "a git repository: git+https://…, git+ssh://…, git+file:///…, https://….git, ssh://… or user@host:path, without ref or rev (the revision comes with each request), and without a password or, over http, a user (give them in gitCredentialsFile)"
    (value: isFlakeUrl value && match "(git\\+)?(https?://[^/]*@|ssh://[^/@]*:[^/@]*@).*" value == null);

  # Path literals pass here, so that an assertion can say what is wrong with them: see secretAssertions in access.nix.
  secretFile = checked "secretFile" ''the absolute path of a file outside the Nix store, as a string such as "/run/secrets/hd-nkey"''
    (value: isPath value || fits "/.*" value);
  publicFile = checked "publicFile" "a file: a path, or the absolute path of one as a string" (value: isPath value || fits "/.*" value || lib.isDerivation value);

  budget = checked "budget" "a number an hour, such as 10/h" (fits "[1-9][0-9]{0,3}/h");
  # One word for the option of a unit; systemd itself reads the rest.
  oneOrMore = type: lib.types.either type (lib.types.nonEmptyListOf type);
  asList = value: if isList value then value else [ value ];
}
