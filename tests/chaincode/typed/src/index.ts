// SPDX-License-Identifier: Apache-2.0
import { Accounts } from './accounts';

export const contracts: unknown[] = [Accounts];
