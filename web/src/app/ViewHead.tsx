/** The head of a view: its name, what it has, and what can be done with all of it. */
import type { ReactElement, ReactNode } from 'react';

type Props = {
  readonly title: string;
  readonly about?: string;
  readonly children?: ReactNode;
};

export const ViewHead = ({ title, about = '', children }: Props): ReactElement => (
  <div className="view-head">
    <div>
      <h2>{title}</h2>
      {about !== '' && <p className="view-about">{about}</p>}
    </div>
    {children}
  </div>
);
