/** Says, while files are held over the page, that they can be let go of anywhere. */
import type { ReactElement } from 'react';
import { Icon } from './Icon';

export const DropArea = ({ isOver }: { readonly isOver: boolean }): ReactElement => (
  <div className={`drop-area${isOver ? ' over' : ''}`} role="status">
    {isOver && (
      <p>
        <Icon name="file" />
        Drop audio files or folders anywhere to play them.
      </p>
    )}
  </div>
);
