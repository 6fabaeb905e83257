/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/kit/host.h: dealing with what the host lends.
 */
#ifndef PLUGINS_KIT_HOST_H
#define PLUGINS_KIT_HOST_H

#include <stdarg.h>

#include <bsn/host.h>
#include <glib.h>

/* Writes one line to the host's log; `log` may be NULL, which writes nothing.
 * [any] */
void host_log(const bsn_log *log, bsn_chain *chain, guint32 level,
	      const char *format, va_list args) G_GNUC_PRINTF(4, 0);

/* Gives the chain up; a host that is older than the service is told by its log.
 * [strand] */
void host_give_up(const bsn_chain_service *service, const bsn_log *log,
		  bsn_chain *chain, const bsn_err *why);

/* A service that somebody cannot do without. */
typedef struct {
	gboolean there;
	const char *id;
} Needed;

/* Whether all n are there; `who` needs them.
 *
 * Returns: BSN_OK. Errors: BSN_E_VERSION, naming the first that is missing.
 * [any] */
int32_t host_check(const Needed *needed, gsize n, const char *who,
		   bsn_err *err);

/* Number i of an array whose records may be longer than this plugin knows.
 * [any] */
const bsn_member *member_at(const bsn_member *members, guint64 i);

#endif
