// Limits of retail import by cross-border e-commerce: those in money are reference data, each with its source and the day it is from.
import { limitOf, type Limit } from '../reference/index.ts'

/** Of one purchase; CNY. */
export const singleLimit = (): Limit => limitOf('ecommerce-single')

/** Of one person in a calendar year; CNY. */
export const yearLimit = (): Limit => limitOf('ecommerce-year')

/** Days after the release in which a return can be applied for, so that the year's account is given back (notice 2020 no. 45 of customs). */
export const RETURN_DAYS = 30
