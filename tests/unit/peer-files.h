/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/unit/peer-files.h: CAs and certificates of hosts, as files.
 *
 * CAs: "sm2", "p256", "secp256k1", "other"; "all" is the first three in one
 * file, "every" all four. Hosts NAME.pem and NAME.key: "sm2", "p256",
 * "p256-b", "p256-c", "secp256k1", of the CA of that key; "brief", valid for a
 * day; "stranger", of "other"; "client", of no node. Revocation lists: sm2.crl,
 * p256.crl and secp256k1.crl revoke the host of that name.
 */
#ifndef TESTS_UNIT_PEER_FILES_H
#define TESTS_UNIT_PEER_FILES_H

#include "host/peer/credential.h"

typedef struct {
	char *directory;
} PeerFiles;

PeerFiles *peer_files_new(void);
void peer_files_free(PeerFiles *files);
/* The path of "sm2" and ".pem"; for g_free. */
char *peer_file(const PeerFiles *files, const char *name, const char *suffix);

/* `crl` may be NULL. */
PeerCredential *peer_files_credential(const PeerFiles *files, const char *host,
				      const char *ca, const char *crl,
				      GError **error);

#endif
