/* SPDX-License-Identifier: Apache-2.0 */
#include "host/peer/judging.h"

struct Judging {
	StrandCall call;
	Loop *loop;
	Handshake *handshake;
	FrameType type;
	GBytes *payload;
	HandshakeState state;
	GByteArray *out;
	GError *why;
	void (*done)(void *owner, Handshake *handshake, HandshakeState state,
		     GByteArray *out, const GError *why);
	void *owner;
};

static void
done_on_loop(StrandCall *call)
{
	Judging *judging = (Judging *)call;

	if (judging->done != NULL)
		judging->done(judging->owner,
			      g_steal_pointer(&judging->handshake),
			      judging->state, judging->out, judging->why);
	handshake_free(judging->handshake);
	g_bytes_unref(judging->payload);
	g_byte_array_unref(judging->out);
	g_clear_error(&judging->why);
	g_free(judging);
}

static void
judge_on_strand(StrandCall *call)
{
	Judging *judging = (Judging *)call;
	gsize len;
	const guint8 *payload = g_bytes_get_data(judging->payload, &len);

	judging->state = handshake_take(
		judging->handshake, judging->type, payload, len,
		g_get_real_time() / G_USEC_PER_SEC, judging->out,
		&judging->why);
	judging->call.run = done_on_loop;
	loop_post(judging->loop, &judging->call);
}

Judging *
judging_new(Loop *loop, Strand *strand, Handshake *handshake, FrameType type,
	    GBytes *payload,
	    void (*done)(void *owner, Handshake *handshake,
			 HandshakeState state, GByteArray *out,
			 const GError *why),
	    void *owner)
{
	Judging *judging = g_new0(Judging, 1);

	judging->call.run = judge_on_strand;
	judging->loop = loop;
	judging->handshake = handshake;
	judging->type = type;
	judging->payload = payload;
	judging->out = g_byte_array_new();
	judging->done = done;
	judging->owner = owner;
	strand_post(strand, &judging->call);
	return judging;
}

void
judging_forget(Judging *judging)
{
	if (judging != NULL)
		judging->done = NULL;
}
