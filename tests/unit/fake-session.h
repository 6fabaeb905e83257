/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/unit/fake-session.h: bsn.session/1 of the fake host: what an engine
 * pushes to a client is kept.
 */
#ifndef TESTS_UNIT_FAKE_SESSION_H
#define TESTS_UNIT_FAKE_SESSION_H

#include <bsn/ext/session.h>
#include <glib.h>

/* The ABI's handle, completed. */
struct bsn_session {
	GByteArray *pushed; /* everything, one after the other */
	gboolean closed;    /* by the engine */
};

bsn_session *fake_session_new(void);
void fake_session_free(bsn_session *session);

extern const bsn_session_service fake_session_table;

#endif
