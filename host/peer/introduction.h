/* SPDX-License-Identifier: Apache-2.0
 *
 * host/peer/introduction.h: whom this host may meet on one chain. [peers]
 * ca_files says whose hosts are spoken to on any chain; an introduction names
 * certificate authorities whose hosts are spoken to on its chain alone, and
 * addresses to call. An admin of this host gives it, as a rule by accepting a
 * join ticket; nobody else can.
 *
 * Each is a file CHAIN.pem of one directory, for people to read and remove:
 * lines "Address: 192.0.2.1:8400", then certificates.
 */
#ifndef HOST_PEER_INTRODUCTION_H
#define HOST_PEER_INTRODUCTION_H

#include "identity/certificate.h"

/* Chains with introductions; more are left out. */
#define INTRODUCTIONS_MAX 1024u
/* Bytes of one file: what a ticket may hold. */
#define INTRODUCTION_MAX (4u << 20)
/* Addresses of one introduction; more are left out. */
#define INTRODUCTION_ADDRESSES_MAX 1024u

typedef struct {
	char *chain;
	TrustStore *trust;
	char **addresses; /* NULL-ended */
} Introduction;

/* All of the directory (NULL, or one that there is not: none), as a pointer
 * array that frees them. `crl_files` may list others' certificates, too. One
 * that cannot be used is logged and left out. */
GPtrArray *introductions_load(const char *directory,
			      const char *const *crl_files);
/* Changes when one of the files does. */
guint64 introductions_stamp(const char *directory);

/* Adds to what is there for the chain: PEM text of CA certificates, addresses
 * (NULL-ended). Whole or not at all. */
gboolean introduction_add(const char *directory, const char *chain,
			  const char *pem, const char *const *addresses,
			  GError **error);
/* The chain is no more. */
void introduction_remove(const char *directory, const char *chain);

#endif
