/* SPDX-License-Identifier: Apache-2.0
 *
 * What bsn-conform asks of a contract (bsn-sim(1), "contract").
 *
 *	put(key, value)  keeps a value
 *	get(key)         gives it, or nothing
 *	version()        of its package
 *	say(text)        event "Said" with the text
 *	fail(key, why)   puts, then refuses
 *	loop()           never ends
 *	collatz(n)       steps from n to 1
 *	caller()         the MSP id of who called
 *	call(chaincode, function, argument)
 *	                 calls another chaincode and passes on what it answers
 */
#include "plugins/runtime-native/native.h"

/* Steps of collatz: more than any number that is asked for takes. */
#define STEPS_MAX 100000u

static void
done(NativeTx *tx)
{
	native_succeed(tx, bsn_slice_of(NULL, 0));
}

static void
put(NativeTx *tx)
{
	native_put(tx, tx->args[0], tx->args[1], done);
}

static void
got(NativeTx *tx)
{
	native_succeed(tx, tx->answer);
}

static void
get(NativeTx *tx)
{
	native_get(tx, tx->args[0], got);
}

static void
version(NativeTx *tx)
{
	native_succeed_number(tx, tx->version);
}

static void
say(NativeTx *tx)
{
	native_event(tx, "Said", tx->args[0]);
	done(tx);
}

static void
refuse(NativeTx *tx)
{
	native_fail(tx, "%.*s", NATIVE_TEXT(tx->args[1]));
}

static void
fail(NativeTx *tx)
{
	native_put(tx, tx->args[0], tx->args[1], refuse);
}

static void
loop(NativeTx *tx)
{
	native_hang(tx);
}

static void
collatz(NativeTx *tx)
{
	guint steps = 0;
	guint64 n;

	if (!native_number(tx->args[0], &n) || n == 0) {
		native_fail(tx, "collatz begins with a number from 1 on");
		return;
	}
	for (; n != 1 && steps < STEPS_MAX && n < G_MAXUINT64 / 3; steps++)
		n = n % 2 == 0 ? n / 2 : 3 * n + 1;
	if (n == 1)
		native_succeed_number(tx, steps);
	else
		native_fail(tx, "the numbers grow too large");
}

static void
caller(NativeTx *tx)
{
	native_succeed(tx, native_creator(tx));
}

static void
called(NativeTx *tx)
{
	if (tx->status < 400)
		native_succeed(tx, tx->answer);
	else
		native_fail(tx, "it answers %d: %.*s", tx->status,
			    NATIVE_TEXT(tx->answer));
}

static void
call(NativeTx *tx)
{
	const char *name = (const char *)native_keep(tx, tx->args[0]).data;

	native_invoke(tx, name, tx->args + 1, 2, called);
}

static const NativeFunction functions[] = {
	{ "call", 3, call }, { "caller", 0, caller }, { "collatz", 1, collatz },
	{ "fail", 2, fail }, { "get", 1, get },	      { "loop", 0, loop },
	{ "put", 2, put },   { "say", 1, say },	      { "version", 0, version },
	{ NULL, 0, NULL },
};

const NativeContract native_conform = { "conform", 0, NULL, functions };
