/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/bad-plugins/fleet/faults.h: all ways to be wrong that the conformance
 * tool must know, and what it must say of each.
 *
 * X(symbol, kind, verdict, check, sentence). The fault's name is its symbol with
 * '-' for '_'; its kind is what it is made from, and how:
 *
 *   ENGINE  engine-fleet.so, with its name patched in
 *   CRYPTO  crypto-fleet.so, likewise
 *   BYTES   engine-fleet.so, its bytes changed (make-variant.c)
 *   LINK    a module of its own, linked from what engine-fleet.so is: NAME.so
 *   BUILT   a module of tests/bad-plugins: NAME.so
 *
 * The check is one that must name it; others may find it as well.
 */
#ifndef TESTS_BAD_PLUGINS_FLEET_FAULTS_H
#define TESTS_BAD_PLUGINS_FLEET_FAULTS_H

/* ---- the file, and what it says of itself -------------------------------- */

#define FAULTS_OF_FILES(X)                                                     \
	X(a_directory, BYTES, REFUSED, "load.file",                            \
	  "A directory stands where the file should.")                         \
	X(a_text, BYTES, REFUSED, "load.file",                                 \
	  "The file is a text.")                                               \
	X(an_empty_file, BYTES, REFUSED, "load.file",                          \
	  "The file is empty.")                                                \
	X(truncated, BYTES, REFUSED, "load.file",                              \
	  "The second half of the file is missing.")                           \
	X(another_cpu, BYTES, REFUSED, "load.file",                            \
	  "The file is for another CPU.")                                      \
	X(another_abi, BYTES, REFUSED, "load.abi-version",                     \
	  "The note names another major version of the ABI.")                  \
	X(another_minor, BYTES, REFUSED, "load.abi-version",                   \
	  "The note names a newer minor version of the ABI.")                  \
	X(note_of_nobody, BYTES, REFUSED, "load.note",                         \
	  "The note has another owner.")                                       \
	X(note_cut, BYTES, REFUSED, "load.note",                               \
	  "The note's descriptor is shorter than the ABI has it.")             \
	X(note_without_end, BYTES, REFUSED, "load.note",                       \
	  "The id in the note does not end.")                                  \
	X(note_of_another, BYTES, REFUSED, "load.note-agrees",                 \
	  "The note has another id than the plugin says.")                     \
	X(note_of_last_year, BYTES, REFUSED, "load.note-agrees",               \
	  "The note has another version than the plugin says.")                \
	X(note_claims_crypto, BYTES, REFUSED, "load.note-agrees",              \
	  "The note says that it is a crypto plugin as well.")                 \
	X(note_hides_engine, BYTES, REFUSED, "load.note-agrees",               \
	  "The note says that it is a consensus, and it is an engine.")        \
	X(exports_more, LINK, FAIL, "load.exports",                            \
	  "It exports a function of its own beside bsn_plugin_open.")          \
	X(no_note, BUILT, REFUSED, "load.note",                                \
	  "It has no note.")                                                   \
	X(no_open, BUILT, REFUSED, "load.exports",                             \
	  "It does not export bsn_plugin_open.")                               \
	X(undefined_symbol, BUILT, REFUSED, "load.undefined",                  \
	  "It needs a symbol that nobody has.")                                \
	X(missing_dependency, BUILT, REFUSED, "load.dependencies",             \
	  "It needs a library that is not there.")                             \
	X(garbage, BUILT, FAIL, "load.required-rows",                          \
	  "It writes to whatever descriptors it finds.")                       \
	X(no_plugin, BUILT, REFUSED, "load.open",                              \
	  "It opens with success and gives no plugin.")                        \
	X(open_failed, BUILT, REFUSED, "load.open",                            \
	  "It opens with an error.")                                           \
	X(bad_name, BUILT, REFUSED, "load.tables",                             \
	  "Its framework's name is none.")

/* ---- loading ------------------------------------------------------------- */

#define FAULTS_OF_LOADING(X)                                                   \
	X(constructor_crashes, ENGINE, CRASHED, "load.constructor-effects",    \
	  "A constructor crashes.")                                            \
	X(constructor_hangs, ENGINE, HUNG, "load.plugin",                      \
	  "A constructor does not come back.")                                 \
	X(constructor_exits, ENGINE, EXITED, "load.constructor-effects",       \
	  "A constructor ends the process.")                                   \
	X(constructor_starts_thread, ENGINE, FAIL, "load.constructor-effects", \
	  "A constructor starts a thread.")                                    \
	X(constructor_opens_file, ENGINE, FAIL, "load.constructor-effects",    \
	  "A constructor leaves a file open.")                                 \
	X(constructor_sets_variable, ENGINE, FAIL, "load.constructor-effects", \
	  "A constructor changes the environment.")                            \
	X(open_crashes, ENGINE, CRASHED, "load.open",                          \
	  "bsn_plugin_open crashes.")                                          \
	X(open_hangs, ENGINE, HUNG, "load.plugin",                             \
	  "bsn_plugin_open does not come back.")                               \
	X(open_exits, ENGINE, EXITED, "load.open",                             \
	  "bsn_plugin_open ends the process with success.")                    \
	X(open_has_no_reason, ENGINE, REFUSED, "load.open",                    \
	  "bsn_plugin_open fails and does not say why.")                       \
	X(query_crashes, ENGINE, CRASHED, "load.tables",                       \
	  "bsn_plugin.query crashes.")                                         \
	X(query_answers_all, ENGINE, FAIL, "load.query-unknown",               \
	  "bsn_plugin.query answers ids that it does not know.")               \
	X(table_has_no_size, ENGINE, REFUSED, "load.tables",                   \
	  "A table has the size 0.")                                           \
	X(table_too_small, ENGINE, REFUSED, "load.tables",                     \
	  "A table does not reach to a member that must be there.")            \
	X(table_too_large, ENGINE, FAIL, "load.table-sizes",                   \
	  "A table says that it is larger than its memory.")                   \
	X(table_cuts_a_member, ENGINE, REFUSED, "load.table-sizes",            \
	  "A table ends in the middle of a member.")                           \
	X(member_missing, ENGINE, REFUSED, "load.tables",                      \
	  "A member that must be there is NULL.")                              \
	X(no_vendor, ENGINE, REFUSED, "load.texts",                            \
	  "Nobody answers for the plugin.")                                    \
	X(row_missing, ENGINE, FAIL, "load.required-rows",                     \
	  "A row that the standard requires is not claimed.")                  \
	X(row_unknown, ENGINE, FAIL, "load.features",                          \
	  "It claims a row that the standard does not have.")                  \
	X(row_twice, ENGINE, FAIL, "load.features",                            \
	  "It claims a row twice, once so and once otherwise.")                \
	X(detail_no_json, ENGINE, REFUSED, "load.feature-details",             \
	  "The detail of a feature is not JSON.")                              \
	X(detail_a_list, ENGINE, REFUSED, "load.feature-details",              \
	  "The detail of a feature is no object.")

/* ---- crashes, and what else does not come back --------------------------- */

#define FAULTS_OF_CALLS(X)                                                     \
	X(crash_in_member_algorithm, ENGINE, CRASHED, "robust.config",         \
	  "bsn_chain_ops.member_algorithm crashes.")                           \
	X(crash_in_genesis, ENGINE, CRASHED, "robust.config",                  \
	  "bsn_chain_ops.genesis crashes.")                                    \
	X(crash_in_chain_open, ENGINE, CRASHED, "ledger.first",                \
	  "bsn_chain_ops.open crashes.")                                       \
	X(crash_in_close, ENGINE, CRASHED, "ledger.restart",                   \
	  "bsn_chain_ops.close crashes.")                                      \
	X(crash_in_durable, ENGINE, CRASHED, "tx.commit",                      \
	  "bsn_chain_ops.durable crashes.")                                    \
	X(crash_in_members, ENGINE, CRASHED, "status.chain",                   \
	  "bsn_chain_ops.members crashes.")                                    \
	X(crash_in_begin, ENGINE, CRASHED, "tx.sign",                          \
	  "bsn_tx_ops.begin crashes.")                                         \
	X(crash_in_sign_round, ENGINE, CRASHED, "tx.sign",                     \
	  "bsn_tx_ops.sign_round crashes.")                                    \
	X(crash_in_submit, ENGINE, CRASHED, "tx.commit",                       \
	  "bsn_tx_ops.submit crashes.")                                        \
	X(crash_in_call, ENGINE, CRASHED, "tx.call-latest",                    \
	  "bsn_tx_ops.call crashes.")                                          \
	X(crash_in_get, ENGINE, CRASHED, "tx.query",                           \
	  "bsn_tx_ops.get crashes.")                                           \
	X(crash_in_check, ENGINE, CRASHED, "contract.check",                   \
	  "bsn_contract_ops.check crashes.")                                   \
	X(crash_in_list, ENGINE, CRASHED, "contract.list",                     \
	  "bsn_contract_ops.list crashes.")                                    \
	X(crash_in_contract_get, ENGINE, CRASHED, "contract.deploy",           \
	  "bsn_contract_ops.get crashes.")                                     \
	X(crash_in_status, ENGINE, CRASHED, "status.chain",                    \
	  "bsn_status_ops.get crashes.")                                       \
	X(crash_in_info, ENGINE, CRASHED, "ledger.first",                      \
	  "bsn_ledger_ops.info crashes.")                                      \
	X(crash_in_block_get, ENGINE, CRASHED, "block.linked",                 \
	  "bsn_block_ops.get crashes.")                                        \
	X(crash_in_replay, ENGINE, CRASHED, "event.block",                     \
	  "bsn_event_ops.replay crashes.")                                     \
	X(hang_in_submit, ENGINE, HUNG, "tx.commit",                           \
	  "bsn_tx_ops.submit does not come back.")                             \
	X(hang_in_close, ENGINE, HUNG, "ledger.restart",                       \
	  "bsn_chain_ops.close does not come back.")                           \
	X(exit_in_get, ENGINE, EXITED, "tx.query",                             \
	  "bsn_tx_ops.get calls exit(0).")                                     \
	X(quick_exit_in_call, ENGINE, EXITED, "tx.call-latest",                \
	  "bsn_tx_ops.call calls _exit(0).")                                   \
	X(abort_in_list, ENGINE, CRASHED, "contract.list",                     \
	  "bsn_contract_ops.list calls abort.")                                \
	X(killed_in_status, ENGINE, CRASHED, "status.chain",                   \
	  "bsn_status_ops.get kills its process.")                             \
	X(stack_overflow, ENGINE, CRASHED, "robust.begin",                     \
	  "Nested JSON uses up the stack.")

/* ---- the rules of the ABI ------------------------------------------------- */

#define FAULTS_OF_RULES(X)                                                     \
	X(writes_err_unasked, ENGINE, CRASHED, "abi.null-err",                 \
	  "It writes to an err that is NULL.")                                 \
	X(close_null_crashes, ENGINE, CRASHED, "abi.null-err",                 \
	  "close(NULL) crashes.")                                              \
	X(writes_to_input, ENGINE, FAIL, "abi.inputs-not-written",             \
	  "It writes to an input that it has borrowed.")                       \
	X(keeps_input, ENGINE, FAIL, "abi.inputs-not-kept",                    \
	  "It reads an input after the call that it was lent for.")            \
	X(keeps_sink, ENGINE, FAIL, "abi.inputs-not-kept",                     \
	  "It writes to a sink after the call that it was lent for.")          \
	X(ignores_sink, ENGINE, FAIL, "abi.sinks-honoured",                    \
	  "It answers success after a sink has refused its bytes.")            \
	X(ignores_stride, ENGINE, FAIL, "abi.larger-records",                  \
	  "It takes its own size of a record for the caller's.")               \
	X(answers_twice, ENGINE, FAIL, "tx.call-latest",                       \
	  "It answers a request twice.")                                       \
	X(answers_never, ENGINE, FAIL, "tx.call-latest",                       \
	  "It says that it will answer, and never does.")                      \
	X(answers_otherwise, ENGINE, FAIL, "ledger.first",                     \
	  "It answers with another kind of answer than was asked for.")        \
	X(answers_and_fails, ENGINE, FAIL, "tx.query",                         \
	  "It answers a request and returns an error, too.")                   \
	X(answers_no_json, ENGINE, FAIL, "tx.call-latest",                     \
	  "What it calls a JSON value is none.")                               \
	X(fails_without_reason, ENGINE, FAIL, "abi.error-text",                \
	  "It fails and does not say why.")                                    \
	X(reason_is_no_text, ENGINE, FAIL, "abi.error-text",                   \
	  "It puts bytes into a reason that are not UTF-8.")                   \
	X(status_of_its_own, ENGINE, FAIL, "abi.error-text",                   \
	  "It returns a status that the ABI does not have.")                   \
	X(passes_off_as_own_fault, ENGINE, FAIL, "contract.revert-reason",     \
	  "It calls a contract's refusal a failure of its own.")               \
	X(bound_to_thread, ENGINE, FAIL, "abi.any-thread",                     \
	  "A chain works only on the thread that opened it.")                  \
	X(not_at_once, ENGINE, CRASHED, "abi.at-once",                         \
	  "What may be called at the same time as itself cannot be.")          \
	X(closes_and_goes_on, ENGINE, FAIL, "abi.services-while-open",         \
	  "It sets a timer while its chain closes.")                           \
	X(starts_thread, ENGINE, FAIL, "abi.nothing-left",                     \
	  "It starts a thread.")                                               \
	X(starts_process, ENGINE, FAIL, "abi.nothing-left",                    \
	  "It starts a process.")                                              \
	X(opens_socket, ENGINE, FAIL, "abi.nothing-left",                      \
	  "It opens a socket.")                                                \
	X(opens_file, ENGINE, FAIL, "abi.nothing-left",                        \
	  "It leaves a file open.")                                            \
	X(prints, ENGINE, FAIL, "abi.nothing-left",                            \
	  "It prints to the standard output.")                                 \
	X(changes_locale, ENGINE, FAIL, "abi.nothing-left",                    \
	  "It changes the locale.")                                            \
	X(changes_signal_mask, ENGINE, FAIL, "abi.nothing-left",               \
	  "It blocks a signal.")                                               \
	X(changes_signal_handler, ENGINE, FAIL, "abi.nothing-left",            \
	  "It handles a signal.")                                              \
	X(changes_directory, ENGINE, FAIL, "abi.nothing-left",                 \
	  "It changes the working directory.")                                 \
	X(changes_environment, ENGINE, FAIL, "abi.nothing-left",               \
	  "It changes the environment.")                                       \
	X(changes_umask, ENGINE, FAIL, "abi.nothing-left",                     \
	  "It changes the mode of files to come.")                             \
	X(changes_rounding, ENGINE, FAIL, "abi.nothing-left",                  \
	  "It changes how floating point rounds.")                             \
	X(leaks_by_read, ENGINE, FAIL, "abi.memory-calls",                     \
	  "Each read leaves 4 KiB behind.")                                    \
	X(leaks_by_transaction, ENGINE, FAIL, "abi.memory-txs",                \
	  "Each transaction leaves 64 KiB behind.")

/* ---- what comes from outside ---------------------------------------------- */

#define FAULTS_OF_ROBUSTNESS(X)                                                \
	X(empty_request_crashes, ENGINE, CRASHED, "robust.begin",              \
	  "A request in which everything is empty crashes begin.")             \
	X(large_request_crashes, ENGINE, CRASHED, "robust.begin",              \
	  "A request of more than a MiB crashes begin.")                       \
	X(large_request_eats_memory, ENGINE, FAIL, "robust.begin",             \
	  "A large request is kept 64 times over.")                            \
	X(request_with_nul_crashes, ENGINE, CRASHED, "robust.begin",           \
	  "A zero byte in a contract's name crashes begin.")                   \
	X(random_state_crashes, ENGINE, CRASHED, "robust.sign-round",          \
	  "A state that it did not make crashes sign_round.")                  \
	X(short_signature_crashes, ENGINE, CRASHED, "robust.sign-round",       \
	  "A signature that is too short crashes sign_round.")                 \
	X(random_tx_crashes, ENGINE, CRASHED, "robust.submit",                 \
	  "A transaction that is none crashes submit.")                        \
	X(empty_batch_crashes, ENGINE, CRASHED, "robust.submit",               \
	  "A batch of nothing crashes submit.")                                \
	X(random_id_crashes, ENGINE, CRASHED, "robust.queries",                \
	  "An id that is too short crashes tx.get.")                           \
	X(random_code_crashes, ENGINE, CRASHED, "robust.queries",              \
	  "Code that is none crashes contract.check.")                         \
	X(endless_list_crashes, ENGINE, CRASHED, "robust.queries",             \
	  "A list without a limit crashes contract.list.")                     \
	X(unknown_query_crashes, ENGINE, CRASHED, "robust.blocks",             \
	  "A way to name a block that there is not crashes block.get.")        \
	X(random_block_crashes, ENGINE, CRASHED, "robust.verify",              \
	  "A block that is none crashes block.verify.")                        \
	X(backward_replay_hangs, ENGINE, HUNG, "robust.events",                \
	  "A replay from behind its end does not come back.")                  \
	X(random_message_crashes, ENGINE, CRASHED, "robust.message",           \
	  "A message that is none crashes bsn_chain_ops.message.")             \
	X(message_of_stranger_crashes, ENGINE, CRASHED, "robust.message",      \
	  "A message of somebody who is no member crashes.")                   \
	X(unknown_timer_crashes, ENGINE, CRASHED, "robust.timers",             \
	  "A timer that it did not set crashes.")                              \
	X(random_genesis_crashes, ENGINE, CRASHED, "robust.genesis",           \
	  "A genesis that is none crashes bsn_chain_ops.open.")                \
	X(random_config_crashes, ENGINE, CRASHED, "robust.config",             \
	  "A config that is not JSON crashes bsn_chain_ops.genesis.")          \
	X(ignores_full_store, ENGINE, FAIL, "status.full-disk",                \
	  "It goes on as if a batch that was refused were on its way.")        \
	X(ignores_store_errors, ENGINE, FAIL, "sim.read-error",                \
	  "What cannot be read it takes for what is not there.")

/* ---- Table 2 --------------------------------------------------------------- */

#define FAULTS_OF_CHAINS(X)                                                    \
	X(genesis_writes_nothing, ENGINE, FAIL, "ledger.first",                \
	  "It makes a genesis of no bytes and says that it succeeded.")        \
	X(genesis_takes_any_config, ENGINE, FAIL, "chain.config-refused",      \
	  "It makes a genesis from a config that is wrong.")                   \
	X(algorithm_unknown, ENGINE, FAIL, "ledger.first",                     \
	  "It names a signature scheme that there is not.")                    \
	X(opens_any_genesis, ENGINE, FAIL, "robust.genesis",                   \
	  "It opens a chain from a genesis that is none.")                     \
	X(forgets_at_restart, ENGINE, FAIL, "ledger.restart",                  \
	  "A chain begins anew when it is opened again.")                      \
	X(close_leaves_replies, ENGINE, FAIL, "abi.close-answers",             \
	  "It closes and leaves requests unanswered.")                         \
	X(members_are_nobody, ENGINE, FAIL, "status.chain",                    \
	  "It lists no members.")                                              \
	X(members_stay_listed, ENGINE, FAIL, "chain.leave",                    \
	  "It lists the members that there were at first.")                    \
	X(members_ignored, ENGINE, FAIL, "chain.join",                         \
	  "A node that was added takes no part in consensus.")                 \
	X(observers_vote, ENGINE, FAIL, "chain.join-observer-votes",           \
	  "An observer is counted among those who vote.")                      \
	X(followers_tell_nothing, ENGINE, FAIL, "chain.join-observer-answers", \
	  "Only the first node gives the events of contracts.")                \
	X(removed_still_votes, ENGINE, FAIL, "chain.leave",                    \
	  "A node that was removed is still counted.")

#define FAULTS_OF_CONTRACTS(X)                                                 \
	X(claims_compile, ENGINE, FAIL, "contract.compile",                    \
	  "It claims that it compiles, and does not.")                         \
	X(claims_freeze, ENGINE, FAIL, "contract.freeze",                      \
	  "It claims that contracts can be frozen, and does not offer it.")    \
	X(check_finds_nothing, ENGINE, FAIL, "contract.check",                 \
	  "It finds nothing wrong with any code.")                             \
	X(list_forgets, ENGINE, FAIL, "contract.list",                         \
	  "It lists no contracts.")                                            \
	X(list_does_not_end, ENGINE, FAIL, "contract.list",                    \
	  "Its list goes on from where it began.")                             \
	X(upgrade_loses_state, ENGINE, FAIL, "contract.upgrade",               \
	  "A new version does not see what the old one has kept.")             \
	X(old_version_gone, ENGINE, FAIL, "contract.versions",                 \
	  "An old version cannot be addressed.")                               \
	X(freeze_without_effect, ENGINE, FAIL, "contract.freeze",              \
	  "A contract that is frozen can be called.")                          \
	X(uninstall_without_effect, ENGINE, FAIL, "contract.uninstall",        \
	  "A contract that is uninstalled can be called.")                     \
	X(stranger_upgrades, ENGINE, FAIL, "contract.upgrade-denied",          \
	  "Anybody may upgrade a contract.")                                   \
	X(stranger_freezes, ENGINE, FAIL, "contract.freeze-denied",            \
	  "Anybody may freeze a contract.")                                    \
	X(stranger_uninstalls, ENGINE, FAIL, "contract.uninstall-denied",      \
	  "Anybody may uninstall a contract.")                                 \
	X(ignores_budget, ENGINE, HUNG, "contract.budget",                     \
	  "No budget ends an endless loop.")                                   \
	X(failure_leaves_trace, ENGINE, FAIL, "contract.failure-leaves-nothing", \
	  "What a call wrote before it failed is kept.")                       \
	X(texts_are_cut, ENGINE, FAIL, "contract.stored",                      \
	  "Of a text it stores the first 32 characters.")                      \
	X(revert_has_no_reason, ENGINE, FAIL, "contract.revert-reason",        \
	  "The reason that a contract gave does not come through.")            \
	X(refuses_loops, ENGINE, FAIL, "function.turing-complete",             \
	  "No budget is enough for a loop of a few hundred rounds.")

#define FAULTS_OF_STATUS(X)                                                    \
	X(status_height_off, ENGINE, FAIL, "status.chain",                     \
	  "Status and ledger disagree about the height.")                      \
	X(status_members_off, ENGINE, FAIL, "status.chain",                    \
	  "It counts a member too many.")                                      \
	X(status_state_unknown, ENGINE, FAIL, "status.chain",                  \
	  "It is in a state that the ABI does not have.")                      \
	X(status_nothing_pending, ENGINE, FAIL, "status.pending",              \
	  "It never says that transactions wait.")                             \
	X(pending_after_restart, ENGINE, FAIL, "status.chain",                 \
	  "After a restart it counts a transaction that nobody gave.")         \
	X(status_detail_no_json, ENGINE, FAIL, "status.node",                  \
	  "The detail of its status is not JSON.")                             \
	X(languages_no_array, ENGINE, FAIL, "status.languages",                \
	  "It tells its contract languages as one text.")                      \
	X(languages_twice, ENGINE, FAIL, "status.languages",                   \
	  "It tells a contract language twice.")                               \
	X(finality_unknown, ENGINE, FAIL, "status.capabilities",               \
	  "It has a finality that the ABI does not have.")                     \
	X(finality_by_depth, ENGINE, FAIL, "status.capabilities",              \
	  "It says that blocks are final by their depth, and its protocol "    \
	  "decides.")                                                          \
	X(depth_without_reason, ENGINE, FAIL, "status.capabilities",           \
	  "It is final at once, at a depth of 6.")                             \
	X(prepares_for_good, ENGINE, FAIL, "status.capabilities",              \
	  "It can prepare what it can not undo.")                              \
	X(event_without_tx, ENGINE, FAIL, "status.capabilities",               \
	  "It proves an event of a transaction that it can not prove.")        \
	X(proof_without_path, ENGINE, FAIL, "status.capabilities",             \
	  "It proves a transaction that nothing leads to.")                    \
	X(proven_by_nobody, ENGINE, FAIL, "status.provable",                   \
	  "It says that blocks are proven, and has no bsn_block_ops.verify.")  \
	X(proves_no_block, ENGINE, FAIL, "status.provable",                    \
	  "It says that blocks are proven, and proves none.")

#define FAULTS_OF_TRANSACTIONS(X)                                              \
	X(begin_remembers, ENGINE, FAIL, "tx.sign-elsewhere",                  \
	  "It finishes only transactions that it has begun since it opened.")  \
	X(wrong_convention, ENGINE, FAIL, "tx.sign",                           \
	  "It names another convention than the one that it verifies by.")     \
	X(takes_any_signature, ENGINE, FAIL, "tx.tampered",                    \
	  "It does not verify signatures.")                                    \
	X(takes_replays, ENGINE, FAIL, "tx.replay",                            \
	  "A transaction can be committed twice.")                             \
	X(takes_twins, ENGINE, FAIL, "tx.replay-waiting",                      \
	  "Of a transaction that is twice in a batch it commits both.")        \
	X(takes_failed_again, ENGINE, FAIL, "tx.replay-failed",                \
	  "A transaction without effect has one when it comes again.")         \
	X(takes_other_chains, ENGINE, FAIL, "function.multi-chain-replay",     \
	  "It commits a transaction that was made for another chain.")         \
	X(submits_first_only, ENGINE, FAIL, "robust.submit",                   \
	  "Of a batch it takes the first transaction.")                        \
	X(never_commits, ENGINE, FAIL, "tx.commit",                            \
	  "It accepts transactions and never says what came of them.")         \
	X(commits_in_block_0, ENGINE, FAIL, "tx.commit",                       \
	  "It does not say in which block a transaction is.")                  \
	X(commits_what_failed, ENGINE, FAIL, "tx.failed",                      \
	  "It says of a transaction without effect that it had one.")          \
	X(changes_tx_id, ENGINE, FAIL, "tx.query",                             \
	  "A transaction has another id once it is submitted.")                \
	X(get_forgets, ENGINE, FAIL, "tx.query",                               \
	  "It does not find a committed transaction.")                         \
	X(get_wrong_block, ENGINE, FAIL, "tx.query",                           \
	  "It finds a transaction in a block that it is not in.")              \
	X(get_forgets_failure, ENGINE, FAIL, "tx.failed",                      \
	  "After a restart it says of what failed that it did not.")           \
	X(get_finds_unknown, ENGINE, FAIL, "tx.query",                         \
	  "It finds a transaction that there is not.")                         \
	X(call_writes, ENGINE, FAIL, "tx.call-read-only",                      \
	  "A read-only call changes the state.")                               \
	X(call_hides_budget, ENGINE, FAIL, "tx.call-latest",                   \
	  "A call does not say what it used.")                                 \
	X(answers_before_durable, ENGINE, FAIL, "tx.durable",                  \
	  "It says \"committed\" before the block is on disk.")

#define FAULTS_OF_LEDGERS(X)                                                   \
	X(ledger_off_after_restart, ENGINE, FAIL, "ledger.restart",            \
	  "It counts a transaction too many after a restart.")                 \
	X(ledger_bytes_off, ENGINE, FAIL, "ledger.sums",                       \
	  "Its bytes are not those of all blocks.")                            \
	X(ledger_ahead, ENGINE, FAIL, "ledger.durable",                        \
	  "Its height is that of a block that is not on disk.")                \
	X(ledger_hash_wrong, ENGINE, FAIL, "ledger.sums",                      \
	  "It names another hash than the latest block's.")                    \
	X(ledger_hides_invalid, ENGINE, FAIL, "ledger.sums",                   \
	  "It does not count transactions without effect.")

#define FAULTS_OF_BLOCKS(X)                                                    \
	X(block_hash_covers_nothing, ENGINE, FAIL, "block.hash",               \
	  "A block's hash is the same, whatever it holds.")                    \
	X(block_previous_wrong, ENGINE, FAIL, "block.linked",                  \
	  "A block does not name the hash of the one before it.")              \
	X(block_txs_off, ENGINE, FAIL, "block.counts",                         \
	  "It counts a transaction of a block too few.")                       \
	X(block_bytes_off, ENGINE, FAIL, "block.counts",                       \
	  "A block's size is not that of the block.")                          \
	X(block_time_back, ENGINE, FAIL, "block.time",                         \
	  "A block is older than the one before it.")                          \
	X(trusts_any_time, ENGINE, FAIL, "block.time-agreed",                  \
	  "A proposal is checked without a look at the clock.")                \
	X(block_by_hash_wrong, ENGINE, FAIL, "block.found",                    \
	  "By its hash it gives another block.")                               \
	X(block_by_tx_missing, ENGINE, FAIL, "block.of-transaction",           \
	  "It does not find the block of a transaction.")                      \
	X(block_of_failed_missing, ENGINE, FAIL, "block.of-transaction",       \
	  "It does not find the block of a transaction without effect.")       \
	X(block_numbers_wrap, ENGINE, FAIL, "block.long",                      \
	  "After block 255 it begins again with the first.")                   \
	X(block_unknown_found, ENGINE, FAIL, "block.found",                    \
	  "It gives the latest block for one that there is not.")              \
	X(verify_proves_all, ENGINE, FAIL, "block.verify",                     \
	  "It says of any block that it is proven.")

#define FAULTS_OF_EVENTS(X)                                                    \
	X(event_lost, ENGINE, FAIL, "event.contract",                          \
	  "The last event of a block is lost.")                                \
	X(event_lost_between_answers, ENGINE, FAIL, "event.long",              \
	  "Of two answers the first one says that it gave a block too many.")  \
	X(event_twice, ENGINE, FAIL, "event.contract",                         \
	  "An event comes twice.")                                             \
	X(events_out_of_order, ENGINE, FAIL, "event.contract",                 \
	  "Two events of a block change places.")                              \
	X(event_not_counted, ENGINE, FAIL, "event.block",                      \
	  "Every event is the first one of its block.")                        \
	X(event_of_nobody, ENGINE, FAIL, "event.contract",                     \
	  "An event names another contract than the one that emitted it.")     \
	X(event_payload_wrong, ENGINE, FAIL, "event.contract",                 \
	  "An event says nothing of what the contract said.")                  \
	X(block_event_lost, ENGINE, FAIL, "event.block",                       \
	  "A block has no event.")                                             \
	X(replay_from_1_only, ENGINE, FAIL, "event.resume",                    \
	  "A replay from a later block than the first gives nothing.")         \
	X(replay_does_not_end, ENGINE, FAIL, "event.resume",                   \
	  "A replay does not get on.")                                         \
	X(block_not_announced, ENGINE, FAIL, "event.announced",                \
	  "It does not say that a block is durable.")                          \
	X(block_announced_early, ENGINE, FAIL, "event.announced-durable",      \
	  "It says that a block is durable when it is not.")

/* ---- Table 1 ---------------------------------------------------------------- */

#define FAULTS_OF_ISOLATION(X)                                                 \
	X(call_reads_other_chain, ENGINE, FAIL, "function.multi-chain-state",  \
	  "A call reads another chain.")                                       \
	X(list_shows_other_chain, ENGINE, FAIL, "function.multi-chain-contracts", \
	  "It lists another chain's contracts.")                               \
	X(tx_of_other_chain_found, ENGINE, FAIL, "function.multi-chain-txs",   \
	  "It finds another chain's transactions.")                            \
	X(block_of_other_chain_found, ENGINE, FAIL, "function.multi-chain-blocks", \
	  "It finds another chain's blocks.")                                  \
	X(events_of_other_chain, ENGINE, FAIL, "function.multi-chain-events",  \
	  "It gives another chain's events.")                                  \
	X(pending_of_other_chain, ENGINE, FAIL, "function.multi-chain-inferred", \
	  "It counts what another chain was given.")                           \
	X(shared_counter, ENGINE, FAIL, "function.multi-chain-inferred",       \
	  "Chains count their transactions together.")                         \
	X(error_tells_of_other_chain, ENGINE, FAIL, "function.multi-chain-silence", \
	  "An error repeats what another chain was asked.")

#define FAULTS_OF_EXECUTION(X)                                                 \
	X(execution_reads_clock, ENGINE, FAIL, "abi.deterministic",            \
	  "Execution reads the clock.")                                        \
	X(execution_draws_random, ENGINE, FAIL, "abi.deterministic",           \
	  "Execution draws random numbers.")                                   \
	X(execution_by_address, ENGINE, FAIL, "sim.all-faults",                \
	  "Execution depends on where things are in memory.")

#define FAULTS_OF_AGREEMENT(X)                                                 \
	X(commits_what_it_checked, ENGINE, FAIL, "sim.byzantine-silence",      \
	  "A node commits a block as soon as it has checked it.")              \
	X(commits_other_proposals, ENGINE, FAIL, "sim.all-faults",             \
	  "A node commits its own proposal, whatever was decided.")            \
	X(answers_early_under_crashes, ENGINE, FAIL, "sim.crash",              \
	  "What was answered is gone after a crash.")                          \
	X(stuck_after_leader, ENGINE, FAIL, "sim.crash",                       \
	  "Without its leader a chain stands still.")                          \
	X(never_catches_up, ENGINE, FAIL, "sim.observers",                     \
	  "A node that missed blocks never gets them.")                        \
	X(never_passes_on, ENGINE, FAIL, "sim.observers",                      \
	  "What one node was given waits for it to lead.")                     \
	X(syncs_unchecked, ENGINE, FAIL, "sim.byzantine-all-lies",             \
	  "It takes any block that a member sends it.")

#define FAULTS_OF_ALGORITHMS(X)                                                \
	X(sm3_wrong_at_55, CRYPTO, FAIL, "function.sm3-lengths",               \
	  "SM3 is wrong for 55 bytes, the most that end in their block.")      \
	X(sm3_wrong_at_56, CRYPTO, FAIL, "function.sm3-lengths",               \
	  "SM3 is wrong for 56 bytes, the least that need another block.")     \
	X(sm3_wrong_at_63, CRYPTO, FAIL, "function.sm3-lengths",               \
	  "SM3 is wrong for 63 bytes.")                                        \
	X(sm3_wrong_at_64, CRYPTO, REFUSED, "load.tables",                     \
	  "SM3 is wrong for a whole block.")                                   \
	X(sm3_takes_one_part, CRYPTO, REFUSED, "load.tables",                  \
	  "SM3 of several parts is that of the first.")                        \
	X(sm3_many_differs, CRYPTO, REFUSED, "load.tables",                    \
	  "Many messages have other digests than each has alone.")             \
	X(sm2_takes_r_0, CRYPTO, REFUSED, "load.tables",                       \
	  "SM2 verifies a signature with r = 0.")                              \
	X(sm2_takes_s_0, CRYPTO, REFUSED, "load.tables",                       \
	  "SM2 verifies a signature with s = 0.")                              \
	X(sm2_takes_r_n, CRYPTO, FAIL, "function.sm2-bad-numbers",             \
	  "SM2 verifies a signature with r = n.")                              \
	X(sm2_takes_s_n, CRYPTO, FAIL, "function.sm2-bad-numbers",             \
	  "SM2 verifies a signature with s = n.")                              \
	X(sm2_takes_t_0, CRYPTO, FAIL, "function.sm2-bad-numbers",             \
	  "SM2 verifies a signature with r + s = n.")                          \
	X(sm2_takes_truncated, CRYPTO, FAIL, "function.sm2-bad-lengths",       \
	  "SM2 verifies a signature without its last byte.")                   \
	X(sm2_takes_longer, CRYPTO, FAIL, "function.sm2-bad-lengths",          \
	  "SM2 verifies a signature with a byte too many.")                    \
	X(sm2_takes_flipped_bit, CRYPTO, REFUSED, "load.tables",               \
	  "SM2 does not look at the lowest bit of s.")                         \
	X(sm2_takes_high_bit, CRYPTO, FAIL, "function.sm2-changed",            \
	  "SM2 does not look at the highest bit of r.")                        \
	X(sm2_takes_any_key, CRYPTO, FAIL, "function.sm2-bad-keys",            \
	  "SM2 verifies with a key that is not on the curve.")                 \
	X(sm2_other_user_id, CRYPTO, REFUSED, "load.tables",                   \
	  "SM2 has another default user id, when it signs and verifies.")      \
	X(sm2_ignores_user_id, CRYPTO, FAIL, "function.sm2-user-id",           \
	  "SM2 takes the default user id, whatever is given.")                 \
	X(sm2_ignores_z, CRYPTO, REFUSED, "load.tables",                       \
	  "SM2 leaves Z_A out.")                                               \
	X(sm2_one_convention, CRYPTO, REFUSED, "load.tables",                  \
	  "SM2 takes a message that is hashed before for one that is not.")    \
	X(sm2_repeats_nonce, CRYPTO, FAIL, "function.sm2-nonces",              \
	  "SM2 signs two messages with one nonce.")                            \
	X(sm2_one_key, CRYPTO, REFUSED, "load.tables",                         \
	  "Every seed gives the same key.")                                    \
	X(sm2_many_takes_all, CRYPTO, REFUSED, "load.tables",                  \
	  "Of many signatures all verify when one does.")                      \
	X(sm2_many_forgets_one, CRYPTO, REFUSED, "load.tables",                \
	  "Of many signatures the last is not judged.")

#define FLEET_FAULTS(X)                                                        \
	FAULTS_OF_FILES(X)                                                     \
	FAULTS_OF_LOADING(X)                                                   \
	FAULTS_OF_CALLS(X)                                                     \
	FAULTS_OF_RULES(X)                                                     \
	FAULTS_OF_ROBUSTNESS(X)                                                \
	FAULTS_OF_CHAINS(X)                                                    \
	FAULTS_OF_CONTRACTS(X)                                                 \
	FAULTS_OF_STATUS(X)                                                    \
	FAULTS_OF_TRANSACTIONS(X)                                              \
	FAULTS_OF_LEDGERS(X)                                                   \
	FAULTS_OF_BLOCKS(X)                                                    \
	FAULTS_OF_EVENTS(X)                                                    \
	FAULTS_OF_ISOLATION(X)                                                 \
	FAULTS_OF_EXECUTION(X)                                                 \
	FAULTS_OF_AGREEMENT(X)                                                 \
	FAULTS_OF_ALGORITHMS(X)

#endif
