/* SPDX-License-Identifier: Apache-2.0
 *
 * Streams of a client and a server that do anything at any time, drawn from a
 * seed: what arrives is what was sent, in order and without a gap; a call that
 * ends well has all of it; and every call ends once (tests/unit/grpc-pair.c).
 */
#include <string.h>

#include "tests/unit/grpc-pair.h"

#define SEEDS 150u
#define STEPS 600u
#define OPEN_MAX 12u

typedef struct {
	GrpcPair *pair;
	GHashTable *sent; /* GrpcTold -> messages that it sent */
} World;

static guint
sent_by(World *world, GrpcTold *told)
{
	return GPOINTER_TO_UINT(g_hash_table_lookup(world->sent, told));
}

static guint
draw(World *world, guint below)
{
	return (guint)g_rand_int_range(world->pair->rand, 0, (gint32)below);
}

/* ---- what may be done ---- */

static void
open_call(World *world)
{
	g_autoptr(GrpcMetadata) metadata = grpc_metadata_new();
	g_autofree char *name =
		g_strdup_printf("%u", world->pair->asked->len);

	if (grpc_connection_calls(world->pair->client) >= OPEN_MAX)
		return;
	grpc_metadata_add(metadata, "i", name, -1, NULL);
	grpc_pair_call(world->pair, &grpc_pair_both, metadata,
		       draw(world, 4) == 0 ? 1 + draw(world, 3000000) : 0);
}

/* Its number among those that the same side sent, then anything. */
static void
send_one(World *world, GrpcTold *told)
{
	guint32 number = sent_by(world, told);
	gsize len = sizeof(number) +
		    (draw(world, 10) == 0 ? draw(world, 300000)
					  : draw(world, 2000));
	guint8 *data = g_malloc0(len);
	g_autoptr(GBytes) message = NULL;

	memcpy(data, &number, sizeof(number));
	message = g_bytes_new_take(data, len);
	if (grpc_call_send(told->call, message) == GRPC_SENT)
		g_hash_table_insert(world->sent, told,
				    GUINT_TO_POINTER(number + 1));
}

static void
end_one(World *world, GrpcTold *told, gboolean asked)
{
	if (draw(world, 4) == 0)
		grpc_call_cancel(told->call);
	else if (asked)
		grpc_call_half_close(told->call);
	else
		grpc_call_finish(told->call, GRPC_OK, NULL, NULL, NULL);
}

static void
do_with_call(World *world)
{
	gboolean asked = draw(world, 2) == 0;
	GPtrArray *all = asked ? world->pair->asked : world->pair->served;
	GrpcTold *told;

	if (all->len == 0)
		return;
	/* One of the last. */
	told = all->pdata[all->len - 1 - draw(world, MIN(all->len, OPEN_MAX))];
	if (told->call == NULL)
		return;
	switch (draw(world, 12)) {
	case 0:
		end_one(world, told, asked);
		break;
	case 1:
	case 2:
	case 3:
	case 4:
	case 5:
		grpc_call_read(told->call);
		break;
	default:
		send_one(world, told);
		break;
	}
}

static void
step(World *world)
{
	switch (draw(world, 16)) {
	case 0:
		open_call(world);
		break;
	case 1:
	case 2:
	case 3:
		grpc_pair_some(world->pair, draw(world, 2) == 0);
		break;
	case 4:
		world->pair->now += draw(world, 20000);
		grpc_connection_tick(world->pair->client, world->pair->now);
		grpc_connection_tick(world->pair->server, world->pair->now);
		break;
	default:
		do_with_call(world);
		break;
	}
}

/* ---- what must hold ---- */

static GrpcTold *
asked_of(World *world, const GrpcTold *served)
{
	guint i = (guint)g_ascii_strtoull(strstr(served->metadata, ",i=") + 3,
					  NULL, 10);

	return world->pair->asked->pdata[i];
}

static void
check_messages(World *world, GrpcTold *receiver, GrpcTold *sender)
{
	g_assert_cmpuint(receiver->messages->len, <=, sent_by(world, sender));
	for (guint32 i = 0; i < receiver->messages->len; i++) {
		guint32 number;

		memcpy(&number,
		       g_bytes_get_data(receiver->messages->pdata[i], NULL),
		       sizeof(number));
		g_assert_cmpuint(number, ==, i);
	}
	/* Only a client hears OK after the last message. */
	if (receiver->closed && receiver->status == GRPC_OK &&
	    sender->status == GRPC_OK && receiver->metadata != NULL &&
	    strchr(receiver->metadata, '=') == NULL)
		g_assert_cmpuint(receiver->messages->len, ==,
				 sent_by(world, sender));
}

static void
read_all(GPtrArray *all)
{
	for (guint i = 0; i < all->len; i++) {
		GrpcTold *told = all->pdata[i];

		told->reads = 100000;
		if (told->call != NULL)
			grpc_call_read(told->call);
	}
}

static void
finish_served(GrpcPair *pair)
{
	for (guint i = 0; i < pair->served->len; i++) {
		GrpcTold *told = pair->served->pdata[i];

		if (told->call != NULL)
			grpc_call_finish(told->call, GRPC_OK, NULL, NULL, NULL);
	}
}

static void
finish_all(World *world)
{
	GrpcPair *pair = world->pair;
	guint before;

	/* Those that wait for their turn come once others have ended. */
	do {
		before = grpc_connection_calls(pair->client);
		read_all(pair->asked);
		read_all(pair->served);
		grpc_pair_run(pair);
		finish_served(pair);
		grpc_pair_run(pair);
	} while (grpc_connection_calls(pair->client) < before);
	grpc_connection_shutdown(pair->client, pair->now);
	grpc_pair_run(pair);
	g_assert_cmpuint(grpc_connection_calls(pair->client), ==, 0);
	g_assert_cmpuint(grpc_connection_calls(pair->server), ==, 0);
	g_assert_true(grpc_connection_ended(pair->client));
	g_assert_null(grpc_connection_reason(pair->client));
}

static GrpcLimits
draw_limits(guint32 seed)
{
	GrpcLimits limits = grpc_limits_default;

	if (seed % 3 == 0) {
		limits.assembly_max = limits.message_max = 400000;
		limits.stream_window = 1000;
		limits.send_queue = 1000;
	}
	if (seed % 5 == 0)
		limits.streams_max = 3;
	return limits;
}

static void
test_seed(guint32 seed)
{
	GrpcLimits client = draw_limits(seed), server = draw_limits(seed / 2);
	World world = { 0 };

	client.streams_max = grpc_limits_default.streams_max;
	world.pair = grpc_pair_new(&client, &server, seed);
	world.sent = g_hash_table_new(NULL, NULL);
	for (guint i = 0; i < STEPS; i++)
		step(&world);
	finish_all(&world);
	for (guint i = 0; i < world.pair->served->len; i++) {
		GrpcTold *served = grpc_pair_served(world.pair, i);
		GrpcTold *asked = asked_of(&world, served);

		check_messages(&world, served, asked);
		check_messages(&world, asked, served);
	}
	grpc_pair_free(world.pair);
	g_hash_table_unref(world.sent);
}

static void
test_torture(void)
{
	for (guint32 seed = 0; seed < SEEDS; seed++) {
		g_test_message("seed %u", seed);
		test_seed(seed);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/grpc/torture/what-arrives-is-what-was-sent",
			test_torture);
	return g_test_run();
}
