# Written by hd init from hd.toml; the next run writes it again.
{
  listen = "0.0.0.0:4222";
  jetstream = { store_dir = "/var/lib/nats"; sync_interval = "always"; max_file_store = 10737418240; };
  accounts = {
    STREAMS = {
      jetstream = "enabled";
      mappings = { "hd.api.>" = "$JS.API.>"; };
      exports = [
        { service = "hd.req.>"; accounts = [ "CLIENTS" ]; }
        { service = "hd.res.>"; accounts = [ "CLIENTS" ]; }
        { service = "hd.ask.>"; accounts = [ "CLIENTS" ]; }
        { service = "hd.alert.>"; accounts = [ "CLIENTS" ]; }
        { service = "$JS.ACK.HD_AUDIT.>"; accounts = [ "CLIENTS" ]; }
        { service = "$JS.API.STREAM.INFO.HD_AUDIT"; accounts = [ "CLIENTS" ]; }
        { service = "$JS.API.CONSUMER.LIST.HD_AUDIT"; accounts = [ "CLIENTS" ]; }
        { service = "$JS.API.CONSUMER.INFO.HD_AUDIT.*"; accounts = [ "CLIENTS" ]; }
        {
          service = "$JS.API.CONSUMER.MSG.NEXT.HD_AUDIT.*";
          accounts = [ "CLIENTS" ];
          response_type = "stream";
          threshold = "1m";
        }
        {
          service = "$JS.API.DIRECT.GET.HD_AUDIT";
          accounts = [ "CLIENTS" ];
          response_type = "stream";
          threshold = "10s";
        }
        { service = "$JS.API.DIRECT.GET.HD_AUDIT.>"; accounts = [ "CLIENTS" ]; }
        { service = "$JS.ACK.HD_ALERTS.>"; accounts = [ "CLIENTS" ]; }
        { service = "$JS.API.STREAM.INFO.HD_ALERTS"; accounts = [ "CLIENTS" ]; }
        { service = "$JS.API.CONSUMER.INFO.HD_ALERTS.*"; accounts = [ "CLIENTS" ]; }
        {
          service = "$JS.API.CONSUMER.MSG.NEXT.HD_ALERTS.*";
          accounts = [ "CLIENTS" ];
          response_type = "stream";
          threshold = "1m";
        }
        {
          service = "$JS.API.DIRECT.GET.HD_ALERTS";
          accounts = [ "CLIENTS" ];
          response_type = "stream";
          threshold = "10s";
        }
        { service = "$JS.API.DIRECT.GET.HD_ALERTS.>"; accounts = [ "CLIENTS" ]; }
        { service = "$KV.HD_HOSTS.*"; accounts = [ "CLIENTS" ]; }
        { service = "$JS.API.STREAM.INFO.KV_HD_HOSTS"; accounts = [ "CLIENTS" ]; }
        {
          service = "$JS.API.DIRECT.GET.KV_HD_HOSTS";
          accounts = [ "CLIENTS" ];
          response_type = "stream";
          threshold = "10s";
        }
        { service = "$JS.API.DIRECT.GET.KV_HD_HOSTS.>"; accounts = [ "CLIENTS" ]; }
      ];
      users = [
        {
          nkey = "UCOH2JWVPWZVUEDZMAHRIT7LF5PDSH3TSZ2ZJWRBFBMHJ55SK33BVHH7";
          permissions = {
            publish = {
              allow = [ "$JS.API.STREAM.INFO.HD_AUDIT" "$JS.API.STREAM.CREATE.HD_AUDIT" "$JS.API.STREAM.UPDATE.HD_AUDIT" "$JS.API.STREAM.INFO.KV_HD_HOSTS" "$JS.API.STREAM.CREATE.KV_HD_HOSTS" "$JS.API.STREAM.UPDATE.KV_HD_HOSTS" "$JS.API.STREAM.INFO.HD_ALERTS" "$JS.API.STREAM.CREATE.HD_ALERTS" "$JS.API.STREAM.UPDATE.HD_ALERTS" "$JS.API.CONSUMER.LIST.HD_AUDIT" "$JS.API.CONSUMER.INFO.HD_AUDIT.*" "$JS.API.CONSUMER.DURABLE.CREATE.HD_AUDIT.*" "$JS.API.CONSUMER.DELETE.HD_AUDIT.*" "$JS.API.CONSUMER.LIST.HD_ALERTS" "$JS.API.CONSUMER.INFO.HD_ALERTS.*" "$JS.API.CONSUMER.DURABLE.CREATE.HD_ALERTS.*" "$JS.API.CONSUMER.DELETE.HD_ALERTS.*" "$SYS.REQ.USER.INFO" ];
            };
            subscribe = { allow = [ "_INBOX_provisioner.>" ]; };
          };
        }
      ];
    };
    CLIENTS = {
      mappings = { "deploy.test.>" = "hd.req.unnamed.test.>"; "deploy.prod.>" = "hd.req.unnamed.prod.>"; };
      imports = [
        { service = { account = "STREAMS"; subject = "hd.req.>"; }; }
        { service = { account = "STREAMS"; subject = "hd.res.>"; }; }
        { service = { account = "STREAMS"; subject = "hd.ask.>"; }; }
        { service = { account = "STREAMS"; subject = "hd.alert.>"; }; }
        { service = { account = "STREAMS"; subject = "$JS.ACK.HD_AUDIT.>"; }; }
        {
          service = { account = "STREAMS"; subject = "$JS.API.STREAM.INFO.HD_AUDIT"; };
          to = "hd.api.STREAM.INFO.HD_AUDIT";
        }
        {
          service = { account = "STREAMS"; subject = "$JS.API.CONSUMER.LIST.HD_AUDIT"; };
          to = "hd.api.CONSUMER.LIST.HD_AUDIT";
        }
        {
          service = { account = "STREAMS"; subject = "$JS.API.CONSUMER.INFO.HD_AUDIT.*"; };
          to = "hd.api.CONSUMER.INFO.HD_AUDIT.*";
        }
        {
          service = { account = "STREAMS"; subject = "$JS.API.CONSUMER.MSG.NEXT.HD_AUDIT.*"; };
          to = "hd.api.CONSUMER.MSG.NEXT.HD_AUDIT.*";
        }
        {
          service = { account = "STREAMS"; subject = "$JS.API.DIRECT.GET.HD_AUDIT"; };
          to = "hd.api.DIRECT.GET.HD_AUDIT";
        }
        {
          service = { account = "STREAMS"; subject = "$JS.API.DIRECT.GET.HD_AUDIT.>"; };
          to = "hd.api.DIRECT.GET.HD_AUDIT.>";
        }
        { service = { account = "STREAMS"; subject = "$JS.ACK.HD_ALERTS.>"; }; }
        {
          service = { account = "STREAMS"; subject = "$JS.API.STREAM.INFO.HD_ALERTS"; };
          to = "hd.api.STREAM.INFO.HD_ALERTS";
        }
        {
          service = { account = "STREAMS"; subject = "$JS.API.CONSUMER.INFO.HD_ALERTS.*"; };
          to = "hd.api.CONSUMER.INFO.HD_ALERTS.*";
        }
        {
          service = { account = "STREAMS"; subject = "$JS.API.CONSUMER.MSG.NEXT.HD_ALERTS.*"; };
          to = "hd.api.CONSUMER.MSG.NEXT.HD_ALERTS.*";
        }
        {
          service = { account = "STREAMS"; subject = "$JS.API.DIRECT.GET.HD_ALERTS"; };
          to = "hd.api.DIRECT.GET.HD_ALERTS";
        }
        {
          service = { account = "STREAMS"; subject = "$JS.API.DIRECT.GET.HD_ALERTS.>"; };
          to = "hd.api.DIRECT.GET.HD_ALERTS.>";
        }
        { service = { account = "STREAMS"; subject = "$KV.HD_HOSTS.*"; }; }
        {
          service = { account = "STREAMS"; subject = "$JS.API.STREAM.INFO.KV_HD_HOSTS"; };
          to = "hd.api.STREAM.INFO.KV_HD_HOSTS";
        }
        {
          service = { account = "STREAMS"; subject = "$JS.API.DIRECT.GET.KV_HD_HOSTS"; };
          to = "hd.api.DIRECT.GET.KV_HD_HOSTS";
        }
        {
          service = { account = "STREAMS"; subject = "$JS.API.DIRECT.GET.KV_HD_HOSTS.>"; };
          to = "hd.api.DIRECT.GET.KV_HD_HOSTS.>";
        }
      ];
      users = [
        {
          nkey = "UCDAJEPBKCM7CEQR5RWTLGCH62NUBZ7VMBIH2ZLYN2N3TYWD3GEVA746";
          permissions = {
            publish = {
              allow = [ "hd.res.test.lab1.*" "deploy.responses.*" "hd.api.DIRECT.GET.HD_AUDIT.hd.res.test.lab1.*" "hd.api.CONSUMER.INFO.HD_AUDIT.host_lab1" "hd.api.CONSUMER.MSG.NEXT.HD_AUDIT.host_lab1" "$JS.ACK.HD_AUDIT.host_lab1.>" "$KV.HD_HOSTS.lab1" "$SYS.REQ.USER.INFO" ];
            };
            subscribe = { allow = [ "deploy.discover" "_INBOX_lab1.>" ]; };
          };
        }
        {
          nkey = "UBUMXQLCRAWOEWNJ5T2QE4CDSGF4PQJ2BD33ZW5GPEWFUHRDS4GZ33HC";
          permissions = {
            publish = {
              allow = [ "hd.res.prod.testhost.*" "deploy.responses.*" "hd.api.DIRECT.GET.HD_AUDIT.hd.res.prod.testhost.*" "hd.api.CONSUMER.INFO.HD_AUDIT.host_testhost" "hd.api.CONSUMER.MSG.NEXT.HD_AUDIT.host_testhost" "$JS.ACK.HD_AUDIT.host_testhost.>" "$KV.HD_HOSTS.testhost" "$SYS.REQ.USER.INFO" ];
            };
            subscribe = { allow = [ "deploy.discover" "_INBOX_testhost.>" ]; };
          };
        }
        {
          nkey = "UCEFJYJ3KBTWGZGOTROBPH75JCDFIHF347OMRFO2GX5MN7LC4G3WM2Y7";
          permissions = {
            publish = {
              allow = [ "hd.req.alice.test.>" "hd.req.alice.prod.>" "hd.ask.alice.>" "hd.alert.silence.alice" "hd.alert.ack.alice" "deploy.discover" "hd.api.STREAM.INFO.HD_AUDIT" "hd.api.DIRECT.GET.HD_AUDIT" "hd.api.DIRECT.GET.HD_AUDIT.>" "hd.api.STREAM.INFO.KV_HD_HOSTS" "hd.api.DIRECT.GET.KV_HD_HOSTS" "hd.api.DIRECT.GET.KV_HD_HOSTS.>" "hd.api.STREAM.INFO.HD_ALERTS" "hd.api.DIRECT.GET.HD_ALERTS" "hd.api.DIRECT.GET.HD_ALERTS.>" "hd.api.CONSUMER.LIST.HD_AUDIT" "$SYS.REQ.USER.INFO" ];
              deny = [ "hd.req.alice.*.*.override" "hd.req.alice.*.*.*.override" "hd.req.alice.*.*.*.*.override" "hd.req.alice.*.*.*.*.*.override" "hd.req.alice.*.*.*.*.*.*.override" "hd.req.alice.*.*.*.*.*.*.*.override" ];
            };
            subscribe = { allow = [ "deploy.responses.*" "hd.res.>" "_INBOX_alice.>" ]; };
          };
        }
        {
          nkey = "UAKEGVSN7TSN6CHWIYJHN24D4JF6DWRO37OKC4CAIETKPRKXCDM3QQKY";
          permissions = {
            publish = {
              allow = [ "hd.req.claude.test.>" "hd.ask.claude.>" "hd.alert.silence.claude" "hd.alert.ack.claude" "deploy.discover" "hd.api.STREAM.INFO.HD_AUDIT" "hd.api.DIRECT.GET.HD_AUDIT" "hd.api.DIRECT.GET.HD_AUDIT.>" "hd.api.STREAM.INFO.KV_HD_HOSTS" "hd.api.DIRECT.GET.KV_HD_HOSTS" "hd.api.DIRECT.GET.KV_HD_HOSTS.>" "hd.api.STREAM.INFO.HD_ALERTS" "hd.api.DIRECT.GET.HD_ALERTS" "hd.api.DIRECT.GET.HD_ALERTS.>" "hd.api.CONSUMER.LIST.HD_AUDIT" "$SYS.REQ.USER.INFO" ];
              deny = [ "hd.req.claude.*.*.override" "hd.req.claude.*.*.*.override" "hd.req.claude.*.*.*.*.override" "hd.req.claude.*.*.*.*.*.override" "hd.req.claude.*.*.*.*.*.*.override" "hd.req.claude.*.*.*.*.*.*.*.override" ];
            };
            subscribe = { allow = [ "deploy.responses.*" "hd.res.>" "_INBOX_claude.>" ]; };
          };
        }
        {
          nkey = "UAKGJZNJU3W4WFBDM3VYRPJUVH7KHYVSDEJMMHQ2IHMWX6IFJIMZL34Y";
          permissions = {
            publish = {
              allow = [ "hd.api.CONSUMER.INFO.HD_AUDIT.alerter" "hd.api.CONSUMER.MSG.NEXT.HD_AUDIT.alerter" "$JS.ACK.HD_AUDIT.alerter.>" "hd.api.CONSUMER.INFO.HD_ALERTS.*" "hd.api.CONSUMER.MSG.NEXT.HD_ALERTS.*" "$JS.ACK.HD_ALERTS.*.>" "hd.alert.fired.*.*" "hd.alert.sent.*" "hd.alert.aside" "hd.alert.rules" "hd.api.STREAM.INFO.HD_AUDIT" "hd.api.DIRECT.GET.HD_AUDIT" "hd.api.DIRECT.GET.HD_AUDIT.>" "hd.api.STREAM.INFO.KV_HD_HOSTS" "hd.api.DIRECT.GET.KV_HD_HOSTS" "hd.api.DIRECT.GET.KV_HD_HOSTS.>" "hd.api.STREAM.INFO.HD_ALERTS" "hd.api.DIRECT.GET.HD_ALERTS" "hd.api.DIRECT.GET.HD_ALERTS.>" "hd.api.CONSUMER.LIST.HD_AUDIT" "$SYS.REQ.USER.INFO" ];
            };
            subscribe = { allow = [ "_INBOX_alerter.>" ]; };
          };
        }
      ];
    };
  };
}
