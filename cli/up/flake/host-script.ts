/** `hosts/<host>` of the playground: the configuration of one host, and the check that a wrong one fails. */
export interface HostSettings {
  readonly port: number;
  readonly greeting: string;
}

export const hostScript = (host: string, { port, greeting }: HostSettings): string => `#!/bin/sh
# The configuration of ${host}. The build runs it with the file to write in $out; what it cannot accept fails the build.
# It may use what /bin/sh itself brings and no other program: a sandboxed build has none.
port=${port}
greeting='${greeting}'

echo "${host}: checking the configuration"
if [ "$port" -gt 65535 ]; then
  echo "error: ${host}: the port is $port, but a port is at most 65535" >&2
  exit 1
fi
echo "${host} says '$greeting' on port $port" > "$out"
`;
