/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/gateway/seek.h: which blocks a client asks Deliver for,
 * and whether it may have them. The rules are those of Fabric 2.5's
 * common/deliver; statuses are Fabric's, since that is all that clients are
 * told, and the reasons are for the log.
 *
 * Internal to gateway/. All functions: [strand].
 */
#ifndef FABRIC_GATEWAY_SEEK_H
#define FABRIC_GATEWAY_SEEK_H

#include "common/common.pb-c.h"
#include "plugins/engine-fabric/engine.h"

/* How far a request's time may be from the clock here, either way:
 * peer.authentication.timewindow. */
#define SEEK_WINDOW_MS 900000u

typedef struct {
	const char *resource; /* of the ACL that it needs; static */
	GBytes *creator;      /* SerializedIdentity */
	guint64 next;	      /* number of the block that is due */
	guint64 stop;	      /* of the last one */
	gboolean nowhere;     /* its first one is beyond the next one */
	gboolean fail_if_not_ready;
	gboolean headers_only; /* of all blocks but configs */
} Seek;

/* Opens an Envelope with SeekInfo and judges it: form, time, the connection
 * that it is for, signature, access.
 *
 * Returns: SUCCESS.
 * In:      resource: "event/Block", static; tls_hash: SHA-256 of the client's
 *          TLS certificate, which the request must name; empty: none.
 * Out:     seek: for seek_clear, whatever is returned.
 * Errors:  BAD_REQUEST, FORBIDDEN, NOT_FOUND; err: why. */
Common__Status seek_open(Channel *channel, const char *resource,
			 bsn_slice tls_hash, bsn_slice envelope, Seek *seek,
			 bsn_err *err);
void seek_clear(Seek *seek);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Seek, seek_clear)

/* Whether the client may still read: nothing is signed again, but certificates
 * expire, and configs change.
 *
 * Returns: SUCCESS. Errors: FORBIDDEN; err: why. */
Common__Status seek_check(Channel *channel, const Seek *seek, bsn_err *err);

/* Whether its next block is there.
 *
 * Returns: SUCCESS. Out: ready: FALSE: it comes.
 * Errors:  NOT_FOUND: it would have to be waited for and the client does not
 *          want to, or it never comes. */
Common__Status seek_ready(const Channel *channel, const Seek *seek,
			  gboolean *ready, bsn_err *err);

#endif
