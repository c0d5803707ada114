import type { ApiClient } from '../api/client.js';
import type { UpdateSubscription } from '../api/contract.js';
import { CalReplyError } from '../errors.js';
import { isGuid } from '../util/ids.js';
import { hasNoSuchCall } from './account-code.js';

/**
 * The tags that are named, as CalReply's calls take them: those ignore what they do not know, so it is refused here. A service
 * that does not tell its tags is asked for them as they were named.
 *
 * @throws {CalReplyError} WrongUse for a tag that the calendar does not have
 */
export async function chosenTags(
  api: Pick<ApiClient, 'account'>,
  calendarCode: string,
  names: readonly string[] | undefined,
): Promise<Pick<UpdateSubscription, 'calendarTags'>> {
  if (names === undefined) return {};
  const tags = await tagsOf(api, calendarCode);
  if (!tags) {
    return { calendarTags: names.map((name) => (isGuid(name) ? { internalId: name } : { externalId: name })) };
  }

  const calendarTags = names.map((name) => {
    const tag = tags.find((one) => [one.id, one.externalId, one.name].includes(name));
    if (tag) return { internalId: tag.id };
    const hint = tags.length === 0 ? 'It has none.' : `There are: ${tags.map((one) => one.name).join(', ')}`;
    throw new CalReplyError('WrongUse', `The calendar ${calendarCode} has no tag ${name}.`, { hint });
  });
  return { calendarTags };
}

async function tagsOf(api: Pick<ApiClient, 'account'>, calendarCode: string) {
  try {
    const { calendars } = await api.account();
    return calendars.find(({ code }) => code === calendarCode)?.tags;
  } catch (error) {
    if (hasNoSuchCall(error)) return undefined;
    throw error;
  }
}
