/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/conform/sign.h: a report and a certificate, signed with SM2, as
 * envelopes (host/plugin/envelope.h). Messages in *message are one line;
 * g_free them.
 */
#ifndef TOOLS_CONFORM_SIGN_H
#define TOOLS_CONFORM_SIGN_H

#include <openssl/types.h>

#include "tools/conform/result.h"

/* The SM2 private key of a PEM file that has no passphrase; EVP_PKEY_free it.
 * NULL and *message otherwise. */
EVP_PKEY *sign_key_read(const char *file, char **message);

/* The JSON report (REPORT_SCHEMA) in an envelope. NULL and *message when it is
 * larger than whoever verifies it would read. */
char *sign_report(const Report *report, EVP_PKEY *key, char **message);

/* The certificate of the level that was reached (host/plugin/certificate.h).
 * NULL and *message when there is nothing to certify. */
char *sign_certificate(const Report *report, EVP_PKEY *key, char **message);

#endif
