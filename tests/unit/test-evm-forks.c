/* SPDX-License-Identifier: Apache-2.0
 *
 * The EVM plugin by the rules of each fork: what differs between them.
 */
#include <bsn/helpers/bytes.h>
#include <string.h>

#include "plugins/kit/sink.h"
#include "plugins/runtime-evm/rules.h"
#include "tests/evm/fixture.h"
#include "tests/unit/fake-host.h"

#define INTRINSIC 21000u

static const char *const names[FORK_COUNT] = {
	"istanbul", "berlin", "london", "paris", "shanghai", "cancun",
};

static Fixture *
fixture_of(Fork fork)
{
	Fixture *fixture = fixture_new();

	fixture->block.rules = names[fork];
	return fixture;
}

/* The same code each time: its translation must not outlive its fork. */
static void
gas_is_the_forks(void)
{
	static const struct {
		const char *code;
		guint64 gas[FORK_COUNT]; /* besides the intrinsic */
	} cases[] = {
		{ "600054600054",
		  { 1606, 2206, 2206, 2206, 2206, 2206 } },
		{ "73111111111111111111111111111111111111111131",
		  { 703, 2603, 2603, 2603, 2603, 2603 } },
		{ "733333333333333333333333333333333333333333" "3b",
		  { 703, 2603, 2603, 2603, 2603, 2603 } },
		{ "4131", { 702, 2602, 2602, 2602, 102, 102 } },
		{ "600131", { 703, 103, 103, 103, 103, 103 } },
		{ "6001600055", { 20006, 22106, 22106, 22106, 22106, 22106 } },
		{ "6001600055" "6002600055",
		  { 20812, 22212, 22212, 22212, 22212, 22212 } },
		{ "60006000600060006000" "73111111111111111111111111111111"
		  "1111111111" "5af1", { 720, 2620, 2620, 2620, 2620, 2620 } },
		{ "600060006000f0",
		  { 32009, 32009, 32009, 32009, 32009, 32009 } },
		{ "602060006000f0",
		  { 32012, 32012, 32012, 32012, 32014, 32014 } },
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
		for (Fork fork = 0; fork < FORK_COUNT; fork++) {
			g_autoptr(Fixture) fixture = fixture_of(fork);

			g_assert_cmpint(fixture_run(fixture, cases[i].code),
					==, BSN_OK);
			g_assert_cmpuint(fixture->world->used, ==,
					 INTRINSIC + cases[i].gas[fork]);
		}
}

static void
opcodes_come_with_their_fork(void)
{
	static const struct {
		const char *code;
		Fork since;
	} cases[] = {
		{ "46", FORK_ISTANBUL },
		{ "47", FORK_ISTANBUL },
		{ "48", FORK_LONDON },
		{ "5f", FORK_SHANGHAI },
		{ "600049", FORK_CANCUN },
		{ "4a", FORK_CANCUN },
		{ "60005c", FORK_CANCUN },
		{ "600060005d", FORK_CANCUN },
		{ "6000600060005e", FORK_CANCUN },
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
		for (Fork fork = 0; fork < FORK_COUNT; fork++) {
			g_autoptr(Fixture) fixture = fixture_of(fork);

			g_assert_cmpint(fixture_run(fixture, cases[i].code),
					==,
					fork < cases[i].since ? BSN_FAULT :
								BSN_OK);
		}
}

static void
precompiles_come_with_their_fork(void)
{
	/* The success of a call of 0x0a with 60,000 gas. */
	static const char code[] =
		"60006000600060006000600a61ea60f1600052" "60206000f3";

	for (Fork fork = 0; fork < FORK_COUNT; fork++) {
		g_autoptr(Fixture) fixture = fixture_of(fork);

		g_assert_cmpint(fixture_run(fixture, code), ==, BSN_OK);
		g_assert_cmpuint(fixture->world->output->data[31], ==,
				 fork < FORK_CANCUN);
	}
}

/* 3^5 mod 7, of lengths 1, 1 and 32. */
static void
modexps_price_fell_with_berlin(void)
{
	static const char code[] =
		"6001600052" "6001602052" "6020604052" "6003606053"
		"6005606153" "6007608153"
		"600060006082600060006005610bb8f1" "600052" "60206000f3";
	guint64 used[FORK_COUNT];

	for (Fork fork = 0; fork < FORK_COUNT; fork++) {
		g_autoptr(Fixture) fixture = fixture_of(fork);

		g_assert_cmpint(fixture_run(fixture, code), ==, BSN_OK);
		g_assert_cmpuint(fixture->world->output->data[31], ==, 1);
		used[fork] = fixture->world->used;
	}
	/* 700 + 32 * 32 * 2 / 20; 100 + 200. */
	g_assert_cmpuint(used[FORK_ISTANBUL] - used[FORK_BERLIN], ==,
			 700 + 102 - 100 - 200);
	g_assert_cmpuint(used[FORK_BERLIN], ==, used[FORK_CANCUN]);
}

static void
put_slots(Fixture *fixture, guint n)
{
	guint8 key[32] = { 0 }, value[32] = { 0 };

	value[31] = 1;
	for (guint i = 0; i < n; i++) {
		key[30] = (guint8)(i >> 8);
		key[31] = (guint8)i;
		world_put_slot(fixture->world, fixture->contract, key, value);
	}
}

static void
refunds_shrank_with_london(void)
{
	static const char code[] =
		"60006000556000600155600060025560006003556000600455";

	for (Fork fork = 0; fork < FORK_COUNT; fork++) {
		g_autoptr(Fixture) fixture = fixture_of(fork);
		guint64 spent = INTRINSIC + 5 * (6 + 5000);

		put_slots(fixture, 5);
		g_assert_cmpint(fixture_run(fixture, code), ==, BSN_OK);
		if (fork < FORK_LONDON)
			g_assert_cmpuint(fixture->world->used, ==,
					 spent - spent / 2);
		else
			g_assert_cmpuint(fixture->world->used, ==,
					 spent - spent / 5);
	}
}

static void
access_lists_come_with_berlin(void)
{
	g_autoptr(Fixture) fixture = fixture_of(FORK_ISTANBUL);
	g_autoptr(GByteArray) list = bytes_of_hex(
		"d7d694c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0");

	fixture->call.access_list = buffer_slice(list);
	fixture_put_code(fixture, CONTRACT_BYTE, "00");
	g_assert_cmpint(fixture->evm->execute(&fixture->call,
					      &fixture->world->state,
					      &fixture->err),
			==, BSN_E_INVALID);
	g_assert_nonnull(strstr(fixture->err.reason, "berlin"));
	fixture->block.rules = names[FORK_BERLIN];
	fixture_execute(fixture);
	g_assert_cmpuint(fixture->world->used, ==, INTRINSIC + 2400);
}

static int32_t
deploy(Fixture *fixture, const char *hex)
{
	g_autoptr(GByteArray) initcode = bytes_of_hex(hex);

	fixture->call.kind = BSN_CALL_CREATE;
	fixture->call.contract.len = 0;
	fixture->call.input = buffer_slice(initcode);
	fixture_execute(fixture);
	return fixture->world->status;
}

static void
code_that_begins_with_ef_is_refused_since_london(void)
{
	for (Fork fork = 0; fork < FORK_COUNT; fork++) {
		g_autoptr(Fixture) fixture = fixture_of(fork);

		g_assert_cmpint(deploy(fixture, "60ef60005360016000f3"), ==,
				fork < FORK_LONDON ? BSN_OK : BSN_FAULT);
	}
}

static void
initcode_is_bounded_and_paid_for_since_shanghai(void)
{
	for (Fork fork = 0; fork < FORK_COUNT; fork++) {
		g_autoptr(Fixture) fixture = fixture_of(fork);
		g_autofree char *large = g_strnfill(2 * 49153, '0');
		guint64 gas = 53000 + 4;

		g_assert_cmpint(deploy(fixture, "00"), ==, BSN_OK);
		g_assert_cmpuint(fixture->world->used, ==,
				 gas + (fork < FORK_SHANGHAI ? 0 : 2));
		g_assert_cmpint(deploy(fixture, large), ==,
				fork < FORK_SHANGHAI ? BSN_OK : BSN_FAULT);
	}
}

static void
base_fee_is_burnt_since_london(void)
{
	guint8 base_fee[32] = { [31] = 2 };

	for (Fork fork = 0; fork < FORK_COUNT; fork++) {
		g_autoptr(Fixture) fixture = fixture_of(fork);
		guint64 tip = fork < FORK_LONDON ? 5 : 3, nonce;
		guint8 balance[32];
		guint64 low;

		fixture->price[31] = 5;
		fixture->block.base_fee = (bsn_slice){ base_fee, 32 };
		g_assert_cmpint(fixture_run(fixture, "00"), ==, BSN_OK);
		world_account(fixture->world, fixture->proposer, &nonce,
			      balance);
		memcpy(&low, balance + 24, 8);
		g_assert_cmpuint(GUINT64_FROM_BE(low), ==, INTRINSIC * tip);
	}
}

/* However many slots it has, it is as much work: few changes, no walk. */
static void
selfdestruct_removes_contracts_before_cancun(void)
{
	for (Fork fork = 0; fork < FORK_COUNT; fork++) {
		g_autoptr(Fixture) fixture = fixture_of(fork);
		gboolean stays = fork >= FORK_CANCUN;
		guint64 nonce, gas = INTRINSIC + 2 + 5000;

		put_slots(fixture, 20000);
		fixture->world->state.scan = NULL;
		g_assert_cmpint(fixture_run(fixture, "33ff"), ==, BSN_OK);
		g_assert_cmpint(world_account(fixture->world,
					      fixture->contract, &nonce, NULL),
				==, stays);
		g_assert_cmpuint(fixture->world->changes, <, 10);
		g_assert_cmpuint(fixture->world->used, ==,
				 fork < FORK_LONDON ? gas - gas / 2 : gas);
	}
}

/* The initcode of a contract that destroys itself when it is called without
 * data; else it keeps the first word in slot 7 and answers what was there. */
#define MORTAL                                                                 \
	"6018600c60003960186000f3" "36600657" "33ff" "5b"                      \
	"600754600052" "600035600755" "60206000f3"

/* Makes it at one address, as CREATE2 would. */
static void
make_again(Fixture *fixture)
{
	g_autoptr(GByteArray) initcode = bytes_of_hex(MORTAL);

	fixture->call.kind = BSN_CALL_CREATE;
	fixture->call.contract = (bsn_slice){ fixture->other, 20 };
	fixture->call.input = buffer_slice(initcode);
	fixture_execute(fixture);
	g_assert_cmpint(fixture->world->status, ==, BSN_OK);
}

static void
expect_kept(Fixture *fixture, const char *word, const char *before)
{
	g_autoptr(GByteArray) input = bytes_of_hex(word);
	g_autofree char *output = NULL;

	fixture->call.kind = BSN_CALL_INVOKE;
	fixture->call.input = buffer_slice(input);
	fixture_execute(fixture);
	g_assert_cmpint(fixture->world->status, ==, BSN_OK);
	output = fixture_output(fixture);
	g_assert_cmpstr(output, ==, before);
}

#define WORD_0                                                                 \
	"0000000000000000000000000000000000000000000000000000000000000000"
#define WORD_1                                                                 \
	"0000000000000000000000000000000000000000000000000000000000000001"
#define WORD_2                                                                 \
	"0000000000000000000000000000000000000000000000000000000000000002"

static void
a_contract_made_again_finds_no_slots(void)
{
	for (Fork fork = 0; fork < FORK_CANCUN; fork++) {
		g_autoptr(Fixture) fixture = fixture_of(fork);

		for (guint life = 0; life < 3; life++) {
			make_again(fixture);
			expect_kept(fixture, WORD_1, WORD_0);
			expect_kept(fixture, WORD_2, WORD_1);
			expect_kept(fixture, WORD_1, WORD_2);
			expect_kept(fixture, "", "");
		}
	}
}

static void
unknown_rules_are_refused(void)
{
	g_autoptr(Fixture) fixture = fixture_of(FORK_CANCUN);

	fixture->block.rules = "Cancun";
	g_assert_cmpint(fixture->evm->execute(&fixture->call,
					      &fixture->world->state,
					      &fixture->err),
			==, BSN_E_INVALID);
	g_assert_nonnull(strstr(fixture->err.reason, "\"Cancun\""));
	g_assert_nonnull(strstr(fixture->err.reason, "istanbul"));
	g_assert_cmpuint(fixture->world->outcomes, ==, 0);
	fixture->block.rules = NULL;
	g_assert_cmpint(fixture_run(fixture, "5f"), ==, BSN_OK);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	fake_host_reset(1);
	g_test_add_func("/evm/forks/gas-is-the-forks", gas_is_the_forks);
	g_test_add_func("/evm/forks/opcodes-come-with-their-fork",
			opcodes_come_with_their_fork);
	g_test_add_func("/evm/forks/precompiles-come-with-their-fork",
			precompiles_come_with_their_fork);
	g_test_add_func("/evm/forks/modexps-price-fell-with-berlin",
			modexps_price_fell_with_berlin);
	g_test_add_func("/evm/forks/refunds-shrank-with-london",
			refunds_shrank_with_london);
	g_test_add_func("/evm/forks/access-lists-come-with-berlin",
			access_lists_come_with_berlin);
	g_test_add_func("/evm/forks/code-with-ef-is-refused-since-london",
			code_that_begins_with_ef_is_refused_since_london);
	g_test_add_func("/evm/forks/initcode-is-bounded-since-shanghai",
			initcode_is_bounded_and_paid_for_since_shanghai);
	g_test_add_func("/evm/forks/base-fee-is-burnt-since-london",
			base_fee_is_burnt_since_london);
	g_test_add_func("/evm/forks/selfdestruct-removes-before-cancun",
			selfdestruct_removes_contracts_before_cancun);
	g_test_add_func("/evm/forks/a-contract-made-again-finds-no-slots",
			a_contract_made_again_finds_no_slots);
	g_test_add_func("/evm/forks/unknown-rules-are-refused",
			unknown_rules_are_refused);
	return g_test_run();
}
