/* SPDX-License-Identifier: Apache-2.0
 *
 * identity/ticket.h: a statement that somebody signed and that travels as one
 * line of text, from hand to hand or by mail:
 *
 *   bsn-ticket-1.PAYLOAD.CERTIFICATE.SIGNATURE
 *
 * each part in base64 (RFC 4648 section 4, with padding). The signature, r || s
 * by the standard convention of the certificate's key, is over all that stands
 * before the last dot, so that what was signed for another purpose, or by
 * another certificate, is no ticket.
 */
#ifndef IDENTITY_TICKET_H
#define IDENTITY_TICKET_H

#include <glib.h>
#include <openssl/x509.h>

#include "identity/certificate.h"

/* Bytes of a payload: a genesis of a thousand members and CAs fit. */
#define TICKET_PAYLOAD_MAX (4u << 20)

/* Signs; g_free it. */
char *ticket_make(const void *payload, gsize len, X509 *certificate,
		  EVP_PKEY *key, GError **error);

/* The payload when all holds: shape, certificate trusted at the time, role,
 * signature. Out: by, who signed. Errors: IDENTITY_ERROR. */
GBytes *ticket_open(const char *text, gsize len, const TrustStore *trust,
		    Role role, gint64 now_s, Identity **by, GError **error);

/* The payload of a ticket that somebody else judges; NULL for no ticket. */
GBytes *ticket_payload(const char *text, gsize len);

#endif
