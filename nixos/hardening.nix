# What a service of hd may do beyond its work: nothing. One set for all, which each unit relaxes by a line with its reason.
# Never here: MemoryDenyWriteExecute, because Node compiles at run time and would crash at its start; ProcSubset=pid, because
# the listener reads the boot's id and Node the machine's memory in /proc.
{
  NoNewPrivileges = true;
  CapabilityBoundingSet = "";
  AmbientCapabilities = "";
  UMask = "0077";
  ProtectSystem = "strict";
  ProtectHome = true;
  PrivateTmp = true;
  PrivateDevices = true;
  DevicePolicy = "closed";
  PrivateMounts = true;
  ProtectKernelTunables = true;
  ProtectKernelModules = true;
  ProtectKernelLogs = true;
  ProtectControlGroups = true;
  ProtectClock = true;
  ProtectHostname = true;
  ProtectProc = "invisible";
  RestrictNamespaces = true;
  RestrictRealtime = true;
  RestrictSUIDSGID = true;
  LockPersonality = true;
  RemoveIPC = true;
  KeyringMode = "private";
  SystemCallArchitectures = "native";
  SystemCallFilter = [ "@system-service" "~@resources @privileged" ];
  SystemCallErrorNumber = "EPERM";
  # AF_UNIX: systemd's own socket, for being ready and alive, and name services.
  RestrictAddressFamilies = [ "AF_UNIX" "AF_INET" "AF_INET6" ];
}
