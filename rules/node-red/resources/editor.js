/* global $, RED */

/** What the dialogs of all Gridbell nodes have in common. Loaded once, before the nodes. */
window.GridbellEditor = (() => {
  const word = (key) => RED._(`node-red-gridbell/gridbell-server:gridbell.${key}`);
  // Where the settings name the group of our nodes (Gridbell's own flows do, so that it comes first), it is drawn before our texts are there.
  $('#red-ui-palette-header-gridbell > span').text(
    RED._('node-red-gridbell/gridbell-server:palette.label.gridbell'),
  );
  const language = () => ((RED.i18n.lang() || 'en').startsWith('zh') ? 'zh' : 'en');

  /** What is the same in every Gridbell. */
  const words = {
    severities: ['critical', 'major', 'minor', 'warning'],
    'alarm-changes': ['raised', 'severity', 'acknowledged', 'disposed', 'revised', 'cleared', 'tasks'],
    'task-changes': [
      'file',
      'dispatch',
      'accept',
      'start',
      'feedback',
      'close',
      'rework',
      'return',
      'transfer',
      'suspend',
      'resume',
      'urge',
      'escalate',
      'join',
      'alarm-cleared',
      'void',
      'evaluate',
    ],
    'task-states': [
      'reported',
      'verifying',
      'rejected',
      'filed',
      'dispatched',
      'accepted',
      'in-progress',
      'feedback',
      'closed',
      'rework',
      'returned',
      'evaluated',
      'suspended',
      'void',
    ],
  };
  const labelOf = (key) => ({ zh: word(key), en: word(key) });

  /** What there is to choose from, of the Gridbell that the dialog names; nothing where that is not deployed yet, or is away. */
  const choices = async (kind) => {
    if (words[kind]) return words[kind].map((value) => ({ value, label: labelOf(`choice.${value}`) }));
    const server = $('#node-input-server').val();
    if (!server || server === '_ADD_') return [];
    try {
      return await $.getJSON(`gridbell/choices/${encodeURIComponent(server)}/${kind}`);
    } catch {
      return [];
    }
  };

  /** Of a field that takes several with commas between, the one that is being written. */
  const lastOf = (value) => /^(.*,\s*)?([^,]*)$/.exec(value);

  const matching = (list, value, takesSeveral) => {
    const [, before = '', part = ''] = takesSeveral ? lastOf(value) : [value, '', value];
    const sought = part.trim().toLowerCase();
    return list
      .filter((each) => `${each.value} ${each.label.zh} ${each.label.en}`.toLowerCase().includes(sought))
      .slice(0, 50)
      .map((each) => ({ value: `${before}${each.value}`, label: suggestion(each) }));
  };

  const suggestion = (each) => {
    const label = each.label[language()];
    const row = $('<div>').css({ display: 'flex', justifyContent: 'space-between', gap: '16px' });
    $('<span>').text(each.value).appendTo(row);
    if (label) $('<span>').css({ opacity: 0.7 }).text(label).appendTo(row);
    return row;
  };

  /** Offers what there is while somebody writes; anything else may be written, too. */
  const suggest = (name, kind, takesSeveral) => {
    let list;
    const load = () => {
      list = choices(kind);
    };
    $('#node-input-server').on('change', load);
    load();
    $(`#node-input-${name}`).autoComplete({
      minLength: 0,
      search: async (value, done) => done(matching(await list, value, takesSeveral)),
    });
  };

  const optionsOf = (names) => names.map((value) => ({ value, label: word(`option.${value}`) }));

  /** A value as it is written, chosen from what there is, or from the message. */
  const typeOf = {
    severity: () => ({
      value: 'severity',
      label: '',
      options: optionsOf(['critical', 'major', 'minor', 'warning']),
    }),
    fn: () => ({ value: 'fn', label: '', options: optionsOf(['avg', 'min', 'max', 'sum', 'count', 'last']) }),
    role: () => ({
      value: 'role',
      label: '',
      options: roles.map((value) => ({ value, label: word(`role.${value}`) })),
    }),
  };
  const roles = [
    'grid-worker',
    'grid-leader',
    'property-manager',
    'care-staff',
    'community-duty',
    'street-duty',
    'volunteer',
    'admin',
    'auditor',
  ];

  /** `str` first, since most values are the same for all messages. */
  const common = ['str', 'msg', 'flow', 'global', 'env', 'jsonata'];

  const typed = (name, { choose, types = common } = {}) => {
    const list = typeof types[0] === 'string' ? types.map((type) => typeOf[type]?.() ?? type) : types;
    const chosen = choose ? [chosenType(choose), ...list.filter((type) => type !== 'str')] : list;
    $(`#node-input-${name}`).typedInput({
      types: chosen,
      typeField: `#node-input-${name}Type`,
      width: '70%',
    });
  };

  /** A text with offers, as `str` is else. */
  const chosenType = (kind) => {
    let list;
    return {
      value: 'str',
      label: 'string',
      icon: 'red/images/typedInput/az.svg',
      autoComplete: async (value, done) => {
        list ??= choices(kind);
        done(matching(await list, value, false));
      },
    };
  };

  const showWhen = (selector, isShown) => $(selector).toggle(isShown);

  /** Rows that belong to one choice are shown with it: `data-when="FIELD=VALUE"`. */
  const watchChoices = () => {
    $('#dialog-form [data-when]').each((_index, row) => {
      const [field, wanted] = $(row).attr('data-when').split('=');
      const input = $(`#node-input-${field}`);
      const look = () => showWhen(row, wanted.split('|').includes(String(input.val())));
      input.on('change', look);
      look();
    });
  };

  const look = (icon) => ({ category: 'gridbell', color: '#9BC7B8', icon: `font-awesome/${icon}` });
  const label = (fallback) =>
    function () {
      return this.name || [this._('node.palette'), fallback(this)].filter(Boolean).join(' · ');
    };
  const labelStyle = function () {
    return this.name ? 'node_label_italic' : '';
  };
  const paletteLabel = function () {
    return this._('node.palette');
  };
  const isCount = (value) => /^\d{1,5}$/.test(value);

  /** Definition of a node that gets something of Gridbell; `fields` are lists with commas, each with what is offered. */
  const source = ({ fields, icon, labelOf = () => '' }) => ({
    ...look(icon),
    defaults: {
      name: { value: '' },
      server: { value: '', type: 'gridbell-server', required: true },
      ...Object.fromEntries(Object.keys(fields).map((field) => [field, { value: '' }])),
      start: { value: 'resume' },
      window: { value: '100', validate: (value) => isCount(value) && value !== '0' },
      patience: { value: '10', validate: isCount },
    },
    inputs: 0,
    outputs: 1,
    label: label(labelOf),
    labelStyle,
    paletteLabel,
    oneditprepare() {
      for (const [field, kind] of Object.entries(fields)) if (kind) suggest(field, kind, true);
      watchChoices();
    },
  });

  /** Definition of a node that asks something of Gridbell; `fields` are typed inputs: their options of `typed`, with `required` and `value`. */
  const effect = ({ defaults = {}, fields, icon, labelOf = () => '' }) => ({
    ...look(icon),
    defaults: {
      name: { value: '' },
      server: { value: '', type: 'gridbell-server', required: true },
      ...Object.fromEntries(
        Object.entries(fields).flatMap(([field, { required = false, type = 'str', value = '' }]) => [
          [
            field,
            { value, validate: required ? (text) => text !== '' : RED.validators.typedInput(`${field}Type`) },
          ],
          [`${field}Type`, { value: type }],
        ]),
      ),
      ...defaults,
    },
    inputs: 1,
    outputs: 1,
    align: 'right',
    label: label(labelOf),
    labelStyle,
    paletteLabel,
    oneditprepare() {
      for (const [field, options] of Object.entries(fields)) typed(field, options);
      watchChoices();
    },
  });

  return { effect, source, word };
})();
