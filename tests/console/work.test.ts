import { describe, expect, it } from 'vitest';
import type { View } from '#tests/support/browser/view.ts';
import type { Visitor } from '#tests/support/browser/visitor.ts';
import { openStage } from './support/stage.ts';
import { type TaskView, taskOf } from './support/story.ts';
import { said } from './support/words.ts';

const stage = openStage();
const desk: View = { language: 'en', appearance: 'light', width: 1440 };
const phone: View = { language: 'en', appearance: 'dark', width: 390 };

const press = (visitor: Visitor, word: string) =>
  visitor.page
    .getByRole('button', { name: said('en', word), exact: true })
    .first()
    .click();

describe('a task', () => {
  it('is accepted and fed back by the worker, and verified and closed by somebody else', async () => {
    await using worker = await stage.visit(phone, 'grid-worker');
    await using leader = await stage.visit(desk, 'grid-leader');
    await worker.goTo('/inbox');
    await leader.goTo('/inbox');
    await stage.community.publish('smoke-b3-0502', { smoke: true });

    const { id } = await taskOf(stage.community, 'fire');
    await press(worker, 'task-actions.accept');
    await press(worker, 'task-actions.start');
    await press(worker, 'task-actions.feedback');
    const dialog = worker.page.getByRole('dialog');
    await dialog.getByRole('textbox').fill('Burnt rice, aired, all well');
    await dialog.getByRole('button', { name: said('en', 'tasks.send') }).click();
    await dialog.waitFor({ state: 'detached' });

    await worker.goTo(`/tasks/${id}`);
    await worker.content.getByText('Burnt rice, aired, all well').waitFor();
    expect(
      await worker.page.getByRole('button', { name: said('en', 'task-actions.close') }).count(),
      'the handler never closes',
    ).toBe(0);

    await leader.content.getByRole('link', { name: /Smoke/ }).first().click();
    await leader.content.getByText('Burnt rice, aired, all well').waitFor();
    await press(leader, 'task-actions.close');
    await leader.page
      .getByRole('dialog')
      .getByRole('button', { name: said('en', 'tasks.send') })
      .click();
    await leader.content.getByText(said('en', 'task-history.close')).first().waitFor();
    await worker.content.getByText(said('en', 'task-history.close')).first().waitFor();

    const { body } = await stage.community.admin.get<TaskView>(`/api/v1/tasks/${id}`);
    expect(body.state).toBe('closed');
  });
});
