/** The single values of `[sinks.<name>]`. Where something is secret, the value is a file that has it, and never the secret. */
import { type Codec, prose, text } from "../contract/codec.ts";
import { machine, port } from "./server-values.ts";

const place = `${machine}(?::${port})?`;
const path = String.raw`(?:/[^\s#\p{Cc}\p{Cs}]*)?`;

export const HttpUrl: Codec<string> = text("HttpUrl", {
  pattern: new RegExp(`^https?://${place}${path}$`, "u"),
  maxLength: 2048,
  sentence:
    "an address with http:// or https://, without a name or a password in it, such as https://hooks.example.org/hd",
});

export const NtfyUrl: Codec<string> = text("NtfyUrl", {
  pattern: new RegExp(`^https?://${place}(?:/[A-Za-z0-9_.~-]+)*/[A-Za-z0-9_-]{1,64}$`),
  maxLength: 2048,
  sentence: "the address of a topic, without a name or a password in it, such as https://ntfy.sh/homelab",
});

export const MailServer: Codec<string> = text("MailServer", {
  pattern: new RegExp(`^smtps?://${place}$`),
  maxLength: 270,
  sentence:
    "a mail server without a name or a password in it, such as smtp://mail.example.org:587 or smtps://mail.example.org",
});

export const MailAddress: Codec<string> = text("MailAddress", {
  pattern: /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$/,
  maxLength: 320,
  sentence: "an address such as ops@example.org, without a name before it",
});

export const SecretFile: Codec<string> = text("SecretFile", {
  pattern: /^\/(?:[^\p{Cc}\p{Cs}])+$/u,
  maxLength: 1024,
  sentence: "the full path of a file with the secret in it, such as /run/credentials/hd-alerter/token",
});

export const ProgramPath: Codec<string> = text("ProgramPath", {
  pattern: /^\/(?:[^\p{Cc}\p{Cs}])+$/u,
  maxLength: 1024,
  sentence: "the full path of a program, such as /usr/bin/notify",
});

export const MatrixRoom: Codec<string> = text("MatrixRoom", {
  pattern: /^![^\s/?#\p{Cc}\p{Cs}]+$/u,
  maxLength: 255,
  sentence: "the id of a room, such as !abc:example.org; a name that begins with # is none",
});

export const MailUser: Codec<string> = text("MailUser", {
  pattern: /^[^\p{Cc}\p{Cs}]+$/u,
  maxLength: 320,
  sentence: "the name that the alerter signs in to the mail server with",
});

export const Argument: Codec<string> = prose("Argument", 4096);
