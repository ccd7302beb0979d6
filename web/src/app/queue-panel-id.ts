/** Of the element that the button opens; the panel's code comes later than the button's. */
export const QUEUE_PANEL_ID = 'queue-panel';
