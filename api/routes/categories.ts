import { admins } from '#api/authorization/role-groups.ts';
import type { Api, ApiContext } from '#api/context.ts';
import { categoryIssues } from '#api/references.ts';
import { resourceRoutes } from '#api/resource-routes.ts';
import { Category } from '#model/category.ts';
import { roles } from '#model/role.ts';

/** What tasks are about: data of the whole installation, for everybody to read. */
export const categoryRoutes = (app: Api, context: ApiContext): void =>
  resourceRoutes(app, context, {
    name: 'category',
    path: 'categories',
    schema: Category,
    incoming: {},
    readers: roles,
    writers: admins,
    idOf: (category) => category.id,
    placesOf: () => [],
    view: (category) => category,
    issues: (category) => categoryIssues(category),
  });
