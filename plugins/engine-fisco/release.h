/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/release.h: which version a name stands for. Without
 * more it is the newest one that is not uninstalled. In a grey release a share
 * of the callers, or some that are named, get the candidate and all others the
 * current version, until the name's owner promotes the candidate or takes it
 * back. Every version can always be called as name@version.
 *
 * A caller is whoever signs. Which side it is on depends on its address and
 * the name only: SHA-256(name || 0 || address), its first 8 bytes as a
 * big-endian number, modulo 100, is less than the percentage. So a caller
 * stays with one version, and one that got the candidate keeps it when the
 * share grows.
 *
 * All functions: [strand]. Errors besides those named: as bsn_store.get.
 */
#ifndef FISCO_RELEASE_H
#define FISCO_RELEASE_H

#include "plugins/engine-fisco/contracts.h"

typedef struct {
	guint8 current[ADDRESS_LEN];
	gboolean trying; /* there is a candidate; else its members are empty */
	guint8 candidate[ADDRESS_LEN];
	Grey grey;
} Release;

void release_clear(Release *release);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Release, release_clear)

/* Returns: BSN_OK and a release for release_clear; BSN_NOT_FOUND: the name
 * stands for its newest version. */
int32_t release_load(Overlay *state, bsn_slice name, Release *release);

/* Whether a share or set of callers has this one, 20 bytes. [any] */
gboolean grey_takes(const Grey *grey, bsn_slice name, const guint8 *caller);

/* The version of a name that a caller gets; NULL: who is in no share.
 *
 * Returns: BSN_OK, or BSN_NOT_FOUND when all are uninstalled. */
int32_t release_pick(Overlay *state, bsn_slice name,
		     const ContractName *versions, const guint8 *caller,
		     guint8 *address);

/* A version was just added to a name, as a candidate when `grey` is not NULL;
 * `before` is what the name stood for. Without grey the name moves at once,
 * and a release that was under way ends. */
void release_enter(Overlay *state, const char *name, const guint8 *before,
		   const guint8 *address, const Grey *grey);

/* What the owner of a name does about its release. Each gives FISCO_OK, or
 * why not: FISCO_NO_CONTRACT, FISCO_DENIED, or FISCO_PRECOMPILED when it does
 * not apply; `problem` is then a constant sentence.
 *
 * In:      text: name; or name@version.
 * Returns: BSN_OK. */

/* The candidate, or the version given, becomes the current one. */
int32_t release_promote(Overlay *state, bsn_slice text, const guint8 *sender,
			guint32 *code, const char **problem);
/* The candidate is taken back; without one, the name moves back from its
 * current version to the one deployed before it. */
int32_t release_rollback(Overlay *state, bsn_slice text,
			 const guint8 *sender, guint32 *code,
			 const char **problem);
/* Changes who gets the candidate; with a version, makes it the candidate. */
int32_t release_grey(Overlay *state, bsn_slice text, const Grey *grey,
		     const guint8 *sender, guint32 *code,
		     const char **problem);

#endif
