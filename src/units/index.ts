export { compileExpression, type Formula } from './expression.ts'
export { isUnit, type QuantityOptions, quantity } from './quantity.ts'
export { type Schema, type Setting, type SettingsOptions, settings } from './settings.ts'
export { checkUnits } from './sheet.ts'
