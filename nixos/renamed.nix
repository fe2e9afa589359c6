# Options by the names they had in the original homelab-deploy, each of which still works and says what it is called now.
{ lib, ... }:
let
  at = path: [ "services" "homelab-deploy" ] ++ path;
in
{
  imports = [
    (lib.mkChangedOptionModule (at [ "listener" "role" ]) (at [ "listener" "roles" ])
      (config: lib.optional (config.services.homelab-deploy.listener.role != null) config.services.homelab-deploy.listener.role))
    (lib.mkRenamedOptionModule (at [ "builder" "settings" "repos" ]) (at [ "builder" "repos" ]))
  ];
}
