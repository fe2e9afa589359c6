# Evaluates the module with nothing but nixpkgs' lib: real module system and types, stub options, fake packages. What the rest
# of NixOS makes of it (its own assertions, whether an option of systemd exists) is the flake's check to see.
{ libPath, module, configFile }:
let
  lib = import libPath;
  inherit (lib) mkOption types;

  fake = name: {
    type = "derivation";
    inherit name;
    pname = name;
    version = "0";
    outputName = "out";
    meta.mainProgram = name;
    outPath = "/nix/store/${builtins.substring 0 32 (builtins.hashString "sha256" name)}-${name}";
  };
  pkgs = lib.genAttrs [ "bash" "coreutils" "git" "gitMinimal" "nix" "nodejs_22" "openssh" "nats-server" "homelab-deploy" ] fake // {
    inherit lib;
    stdenv.hostPlatform.system = "x86_64-linux";
    writeText = name: text: fake name // { inherit text; };
    linkFarm = name: entries: fake name // { inherit entries; };
    formats.json = _: { type = types.anything; generate = name: value: fake name // { text = builtins.toJSON value; }; };
    formats.toml = _: { type = types.anything; generate = name: value: fake name // { text = builtins.toJSON value; }; };
  };

  opt = type: default: mkOption { inherit type default; };
  any = opt types.anything { };
  strs = opt (types.listOf types.str) [ ];
  atom = types.oneOf [ types.bool types.int types.float types.str types.path types.package ];
  section = opt (types.attrsOf (types.nullOr (types.either atom (types.listOf atom)))) { };
  service = types.submodule {
    options = {
      enable = opt types.bool true;
      description = opt types.str "";
      wantedBy = strs;
      after = strs;
      before = strs;
      wants = strs;
      requires = strs;
      bindsTo = strs;
      partOf = strs;
      onFailure = strs;
      path = opt (types.listOf (types.either types.package types.str)) [ ];
      environment = opt (types.attrsOf (types.nullOr (types.oneOf [ types.str types.path types.package ]))) { };
      serviceConfig = section;
      unitConfig = section;
      restartIfChanged = opt types.bool true;
      stopIfChanged = opt types.bool true;
      reloadIfChanged = opt types.bool false;
      restartTriggers = opt (types.listOf types.unspecified) [ ];
      reloadTriggers = opt (types.listOf types.unspecified) [ ];
    };
  };
  timer = types.submodule { options = { wantedBy = strs; description = opt types.str ""; timerConfig = section; }; };
  stubs.options = {
    assertions = opt (types.listOf types.unspecified) [ ];
    warnings = strs;
    systemd = {
      services = opt (types.attrsOf service) { };
      timers = opt (types.attrsOf timer) { };
      package = opt types.package (fake "systemd");
    };
    users = { users = any; groups = any; };
    environment = { systemPackages = opt (types.listOf types.package) [ ]; etc = any; };
    networking = { hostName = opt types.str "testhost"; firewall.allowedTCPPorts = opt (types.listOf types.port) [ ]; };
    nix.package = opt types.package (fake "nix");
    programs.ssh.package = opt types.package (fake "openssh");
    services.nats.enable = opt types.bool false;
    system.build = opt (types.attrsOf types.unspecified) { nixos-rebuild = fake "nixos-rebuild"; };
  };

  evaluated = lib.evalModules {
    class = "nixos";
    modules = [ stubs { _module.args = { inherit pkgs; }; } module (import configFile) ];
  };
  c = evaluated.config;
  plain = v:
    if builtins.isAttrs v && v ? outPath then v.outPath
    else if builtins.isAttrs v then lib.mapAttrs (_: plain) (lib.filterAttrs (_: x: x != null) v)
    else if builtins.isList v then map plain v
    else if builtins.isPath v then toString v
    else v;

  # A default or an example as it stands in the documentation.
  shown = v: if v ? _type && v ? text then { code = v.text; } else { value = plain v; };
  isOurs = o: lib.hasPrefix "services.homelab-deploy." o.name && !(o.internal or false);
  document = o: {
    inherit (o) name readOnly visible;
    type = o.type or "";
    description = if o ? description then (o.description.text or o.description) else "";
  } // lib.optionalAttrs (o ? default) { default = shown o.default; }
  // lib.optionalAttrs (o ? example) { example = shown o.example; };
in
{
  failedAssertions = map (a: a.message) (lib.filter (a: !a.assertion) c.assertions);
  inherit (c) warnings;
  units = plain (lib.filterAttrs (_: s: s.enable) c.systemd.services);
  timers = plain c.systemd.timers;
  users = plain c.users.users;
  # Of the files in /etc what stands in them.
  etc = lib.mapAttrs (_: file: file.source.text or "") c.environment.etc;
  firewall = c.networking.firewall.allowedTCPPorts;
  options = map document (lib.filter isOurs (lib.optionAttrSetToDocList evaluated.options));
}
